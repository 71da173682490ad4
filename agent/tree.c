/* The files of datums. Inputs are laid out below a folder that programs cannot see, also while another
 * datum runs; to show them is one rename. What a program left in `out` is read after all its processes
 * are dead; a link is followed in the sandbox's view and as the program's user, never by the server.
 */
#define _GNU_SOURCE
#include "agent.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

#define SHOWN "/pfs/.scratch"
enum { DEEPEST = 256, MARGIN_MS = 20, PROC_MAGIC = 0x9fa0 };

static int pfs = -1, stage = -1; /* the stage is below /pfs, so that it can be renamed, and mounted over, so that it cannot be seen */
static struct {
  uint32_t channel;
  int fd, failed;
  char reason[TEXT];
} laying = {0, -1, 0, ""};
static struct timespec shown_at;
static int64_t shown_offset;

void tree_open(void) {
  if (mkdir("/pfs/.stage", 0700) && errno != EEXIST) die("could not make /pfs/.stage");
  pfs = open("/pfs", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  stage = open("/pfs/.stage", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (pfs < 0 || stage < 0) die("could not open /pfs");
  if (mount("tmpfs", "/pfs/.stage", "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV, "mode=0,size=4k")) die("could not cover /pfs/.stage");
}

/* --- Laying out */

static void own(int at, const char *path, int flags) {
  if (user.change && fchownat(at, path, user.uid, user.gid, flags)) die("could not give a file to the user");
}

static int make_folder(int at, const char *path) {
  if (mkdirat(at, path, 0700)) return errno == EEXIST;
  own(at, path, AT_SYMLINK_NOFOLLOW);
  return 1;
}

static void could_not(const char *what) {
  laying.failed = errno == ENAMETOOLONG || errno == ENOTDIR || errno == EISDIR ? REFUSED : TROUBLE;
  snprintf(laying.reason, sizeof laying.reason, "could not write /pfs/%.4200s: %s", strchr(what, '/') ? strchr(what, '/') + 1 : what, strerror(errno));
}

static void end_file(void) {
  if (laying.fd >= 0) close(laying.fd);
  laying.fd = -1;
}

static void begin(uint32_t channel) {
  if (laying.channel == channel) return;
  end_file();
  laying.channel = channel;
  laying.failed = 0;
  laying.reason[0] = 0;
}

/* A path is relative and has no element that leads up. */
static int plain(const char *path) {
  for (const char *at = path; *at;) {
    size_t length = strcspn(at, "/");
    if (!length || (at[0] == '.' && (length == 1 || (length == 2 && at[1] == '.')))) return 0;
    at += length + (at[length] == '/');
  }
  return *path && path[strlen(path) - 1] != '/';
}

void tree_file(uint32_t channel, char *path, const uint8_t *data, size_t length) {
  char at[PATH_MAX];
  begin(channel);
  end_file();
  if (laying.failed) return;
  if (!plain(path)) die("a path that leads elsewhere");
  errno = ENAMETOOLONG;
  int fits = snprintf(at, sizeof at, "%u/%s", channel, path) < PATH_MAX;
  if (fits) laying.fd = openat(stage, at, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
  if (fits && laying.fd < 0 && errno == ENOENT) {
    for (char *slash = strchr(at, '/'); slash; slash = strchr(slash + 1, '/')) {
      *slash = 0;
      int made = make_folder(stage, at);
      *slash = '/';
      if (!made) break;
    }
    laying.fd = openat(stage, at, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
  }
  if (laying.fd < 0) {
    could_not(path);
    return;
  }
  own(laying.fd, "", AT_EMPTY_PATH);
  tree_data(channel, data, length);
}

void tree_data(uint32_t channel, const uint8_t *data, size_t length) {
  if (laying.channel != channel || laying.failed) return;
  if (laying.fd < 0) die("bytes without a file");
  if (write_all(laying.fd, data, length)) return;
  could_not("the inputs of the datum");
  end_file();
}

/* The next entry of a folder but itself and the one above. */
static struct dirent *next_entry(DIR *folder) {
  struct dirent *entry;
  do entry = readdir(folder);
  while (entry && (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")));
  return entry;
}

/* --- Removing */

/* Removes what the stage holds besides datums that wait, however deep it is: what lies below a folder is
 * moved up before the folder goes. */
static void empty_trash(void) {
  static uint64_t moved;
  for (int again = 1; again;) {
    again = 0;
    lseek(stage, 0, SEEK_SET);
    DIR *top = fdopendir(dup(stage));
    for (struct dirent *old; top && (old = readdir(top));) {
      if (old->d_name[0] != 't' || !unlinkat(stage, old->d_name, AT_REMOVEDIR) || !unlinkat(stage, old->d_name, 0)) continue;
      int fd = openat(stage, old->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      DIR *below = fd < 0 ? NULL : fdopendir(fd);
      for (struct dirent *entry; below && (entry = next_entry(below));) {
        char name[32];
        if (!unlinkat(fd, entry->d_name, 0) || !unlinkat(fd, entry->d_name, AT_REMOVEDIR)) continue;
        snprintf(name, sizeof name, "t%llu", (unsigned long long)++moved);
        if (!renameat(fd, entry->d_name, stage, name)) again = 1;
      }
      if (below) closedir(below);
      if (unlinkat(stage, old->d_name, AT_REMOVEDIR)) die("could not remove what a datum left");
    }
    if (top) closedir(top);
  }
}

static void throw_away(const char *name) {
  static uint64_t thrown;
  char to[32];
  snprintf(to, sizeof to, "tx%llu", (unsigned long long)++thrown);
  if (renameat(pfs, name, stage, to) && errno != ENOENT) die("could not remove /pfs/%s", name);
}

void tree_clear(void) {
  throw_away(".scratch");
  empty_trash();
}

/* --- Showing */

/* Makes the entries of /pfs the links to the parts of the datum: nothing more, nothing less. */
static int show_links(void) {
  char target[PATH_MAX], wanted[PATH_MAX];
  int shown = openat(pfs, ".scratch", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR *parts = shown < 0 ? NULL : fdopendir(shown);
  lseek(pfs, 0, SEEK_SET);
  DIR *top = fdopendir(dup(pfs));
  int ok = parts && top;
  for (struct dirent *entry; ok && (entry = next_entry(top));) {
    const char *name = entry->d_name;
    if (!strcmp(name, ".stage") || !strcmp(name, ".scratch")) continue;
    ssize_t length = readlinkat(pfs, name, target, sizeof target - 1);
    if (length > 0) target[length] = 0;
    snprintf(wanted, sizeof wanted, SHOWN "/%s", name);
    if (length <= 0 || strcmp(target, wanted) || faccessat(shown, name, F_OK, AT_SYMLINK_NOFOLLOW)) throw_away(name);
  }
  for (struct dirent *entry; ok && (entry = next_entry(parts));) {
    snprintf(wanted, sizeof wanted, SHOWN "/%s", entry->d_name);
    ok = !symlinkat(wanted, pfs, entry->d_name) || errno == EEXIST;
  }
  if (top) closedir(top);
  if (parts) closedir(parts);
  return ok;
}

static int write_env(const char *path, char **env) {
  int fd = openat(stage, path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
  if (fd < 0) return 0;
  own(fd, "", AT_EMPTY_PATH);
  FILE *lines = fdopen(fd, "w");
  if (!lines) die("no memory");
  for (; *env; env++) fprintf(lines, "%s\n", *env);
  int failed = ferror(lines);
  return !fclose(lines) && !failed;
}

static int64_t clock_offset(struct timespec *now) {
  struct timespec steady;
  clock_gettime(CLOCK_REALTIME, now);
  clock_gettime(CLOCK_MONOTONIC, &steady);
  return (now->tv_sec - steady.tv_sec) * 1000 + (now->tv_nsec - steady.tv_nsec) / 1000000;
}

/* All files of a datum have arrived: 0, or why they could not be written and what kind of failure that is. */
int tree_laid(uint32_t channel, char *reason) {
  begin(channel);
  end_file();
  laying.channel = 0;
  strcpy(reason, laying.reason);
  return laying.failed;
}

/* Makes the datum of a channel the one that programs see; else says why not, as above. */
int tree_show(uint32_t channel, char **env, char *reason) {
  char path[32];
  snprintf(path, sizeof path, "%u", channel);
  int ok = make_folder(stage, path);
  snprintf(path, sizeof path, "%u/out", channel);
  ok = ok && make_folder(stage, path);
  snprintf(path, sizeof path, "%u/.env", channel);
  ok = ok && write_env(path, env);
  snprintf(path, sizeof path, "%u", channel);
  ok = ok && !renameat(stage, path, pfs, ".scratch") && show_links();
  shown_offset = clock_offset(&shown_at);
  if (!ok) snprintf(reason, TEXT, "could not prepare /pfs: %s", strerror(errno));
  return ok ? 0 : TROUBLE;
}

/* Forgets a datum that waited. */
void tree_drop(uint32_t channel) {
  char path[32], trash[32];
  snprintf(path, sizeof path, "%u", channel);
  snprintf(trash, sizeof trash, "tf%u", channel);
  if (renameat(stage, path, stage, trash) && errno != ENOENT) die("could not remove the files of a datum");
}

/* --- Collecting */

static struct {
  uint32_t channel;
  size_t length;
  int depth, links;
  char path[PATH_MAX];
  struct {
    dev_t dev;
    ino_t ino;
  } above[DEEPEST];
} walk;

/* The body: what is wrong (a letter), the path in the output, a zero, and details. */
static void bad(char what, const char *details) {
  char text[2 * PATH_MAX + 64];
  int length = snprintf(text, sizeof text, "%c%s%c%s", what, walk.path, 0, details);
  frame(BAD, walk.channel, text, (size_t)length);
}

/* Permission checks on files happen as the program's user from here on, or as the agent again. */
static void become(int program) {
  if (!user.change) return;
  setfsgid(program ? user.gid : getegid());
  setfsuid(program ? user.uid : geteuid());
}

static int older(const struct stat *about) {
  int64_t age = (shown_at.tv_sec - about->st_ctim.tv_sec) * 1000 + (shown_at.tv_nsec - about->st_ctim.tv_nsec) / 1000000;
  return age > MARGIN_MS;
}

/* Whether the open file is an input that nobody has touched since it was laid out: neither it nor a folder
 * above it has changed since, by a clock that has not been set back. Writes its path below SHOWN. */
static int untouched(int fd, char *path) {
  char link[64], at[PATH_MAX];
  struct stat about;
  struct timespec now;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, at, sizeof at - 1);
  if (length <= 0) return 0;
  at[length] = 0;
  if (strncmp(at, SHOWN "/", sizeof SHOWN) || !strchr(at + sizeof SHOWN, '/') || !strncmp(at, SHOWN "/out/", sizeof SHOWN + 4)) return 0;
  if (llabs(clock_offset(&now) - shown_offset) > MARGIN_MS / 2 || fstat(fd, &about) || !older(&about)) return 0;
  strcpy(path, at + sizeof SHOWN);
  for (char *slash; (slash = strrchr(at, '/')) && (size_t)(slash - at) > sizeof SHOWN - 1;) {
    *slash = 0;
    if (lstat(at, &about) || !S_ISDIR(about.st_mode) || !older(&about)) return 0;
  }
  return 1;
}

/* Body of OUTPUT: u32 length of the path, the path, a letter: `b` and the first bytes, or `r` and the input's path. */
static void send_file(int fd) {
  static uint8_t body[4 + PATH_MAX + 1 + PIECE];
  size_t length = walk.length;
  put32(body, (uint32_t)length);
  memcpy(body + 4, walk.path, length);
  uint8_t *data = body + 4 + length + 1;
  if (walk.links && untouched(fd, (char *)data)) {
    data[-1] = 'r';
    frame(OUTPUT, walk.channel, body, (size_t)(data - body) + strlen((char *)data));
    return;
  }
  data[-1] = 'b';
  for (int first = 1;; first = 0) {
    size_t got = 0;
    ssize_t count = 1;
    while (got < PIECE && ((count = read(fd, data + got, PIECE - got)) > 0 || (count < 0 && errno == EINTR)))
      if (count > 0) got += (size_t)count;
    if (count < 0) {
      bad('u', strerror(errno));
      return;
    }
    if (first) {
      frame(OUTPUT, walk.channel, body, (size_t)(data - body) + got);
    } else if (got) {
      frame(MORE, walk.channel, data, got);
    }
    if (got < PIECE) return;
  }
}

static void collect_folder(int fd);

static void collect_open(int fd, const struct stat *about) {
  if (S_ISREG(about->st_mode)) {
    send_file(fd);
  } else if (S_ISDIR(about->st_mode)) {
    collect_folder(fd);
    return;
  }
  close(fd);
}

static void collect_link(int at, const char *name) {
  char target[PATH_MAX];
  struct stat about;
  struct statfs kind;
  struct open_how how = {O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0, RESOLVE_NO_MAGICLINKS};
  ssize_t length = readlinkat(at, name, target, sizeof target - 1);
  target[length < 0 ? 0 : length] = 0;
  if (!walk.links) become(1);
  walk.links++;
  int fd = (int)syscall(SYS_openat2, at, name, &how, sizeof how);
  if (fd < 0) {
    int missing = errno == ENOENT || errno == ENOTDIR || errno == ELOOP;
    bad(missing ? 'd' : 'u', missing ? target : strerror(errno));
  } else if (fstat(fd, &about) || fstatfs(fd, &kind) || kind.f_type == PROC_MAGIC || !(S_ISREG(about.st_mode) || S_ISDIR(about.st_mode))) {
    bad('s', target);
    close(fd);
  } else {
    int loop = 0;
    for (int i = 0; i < walk.depth; i++) loop |= walk.above[i].dev == about.st_dev && walk.above[i].ino == about.st_ino;
    if (loop) {
      bad('l', target);
      close(fd);
    } else {
      collect_open(fd, &about);
    }
  }
  if (!--walk.links) become(0);
}

static void collect_entry(int at, const char *name) {
  struct stat about;
  if (fstatat(at, name, &about, AT_SYMLINK_NOFOLLOW)) {
    bad('u', strerror(errno));
  } else if (S_ISLNK(about.st_mode)) {
    collect_link(at, name);
  } else if (S_ISREG(about.st_mode) || S_ISDIR(about.st_mode)) {
    int fd = openat(at, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) {
      bad('u', strerror(errno));
    } else {
      collect_open(fd, &about);
    }
  }
}

/* Sends what lies in an open folder, which it closes. */
static void collect_folder(int fd) {
  struct stat about;
  DIR *folder = fdopendir(fd);
  if (!folder || fstat(fd, &about)) die("could not read an output folder");
  if (walk.depth == DEEPEST) {
    bad('p', "");
    closedir(folder);
    return;
  }
  walk.above[walk.depth].dev = about.st_dev;
  walk.above[walk.depth++].ino = about.st_ino;
  for (struct dirent *entry; (entry = next_entry(folder));) {
    size_t before = walk.length, length = strlen(entry->d_name);
    if (before + length + 2 > sizeof walk.path) {
      bad('p', "");
      continue;
    }
    walk.path[before] = '/';
    memcpy(walk.path + before + 1, entry->d_name, length + 1);
    walk.length = before + 1 + length;
    collect_entry(fd, entry->d_name);
    walk.path[walk.length = before] = 0;
  }
  walk.depth--;
  closedir(folder);
}

void tree_collect(uint32_t channel) {
  char target[PATH_MAX];
  walk.channel = channel;
  walk.length = 0;
  walk.path[0] = 0;
  walk.depth = walk.links = 0;
  int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  ssize_t length = readlinkat(pfs, "out", target, sizeof target - 1);
  target[length < 0 ? 0 : length] = 0;
  int out = !strcmp(target, SHOWN "/out") ? openat(pfs, ".scratch/out", flags) : openat(pfs, "out", flags); /* a program may put a folder of its own there */
  if (out >= 0) {
    collect_folder(out);
  } else {
    bad('o', "");
  }
}
