/* The sandbox of one worker: the machine's folders read-only under a new root; /pfs, /tmp, /dev, /proc
 * and /run of its own. Nothing of the machine can be written to, and what is hidden cannot be read.
 */
#define _GNU_SOURCE
#include "agent.h"

#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROOT "/tmp" /* where the new root is put together; the machine's own /tmp is not shown */

static void write_file(const char *path, const char *text) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0 || write(fd, text, strlen(text)) < 0) die("could not write %s", path);
  close(fd);
}

static void mount_or_die(const char *from, const char *to, const char *type, unsigned long flags, const char *options) {
  if (mount(from, to, type, flags, options)) die("could not mount %s on %s", from, to);
}

static void folder(const char *path, mode_t mode) {
  if (mkdir(path, mode) && errno != EEXIST) die("could not make %s", path);
}

/* Makes every folder on the way. */
static void folders(char *path) {
  for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
    *slash = 0;
    folder(path, 0755);
    *slash = '/';
  }
  folder(path, 0755);
}

struct attributes {
  uint64_t set, clear, propagation, userns;
};

static void read_only(const char *path, int below) {
  struct attributes attributes = {1 /* MOUNT_ATTR_RDONLY */, 0, 0, 0};
  if (syscall(442 /* mount_setattr */, AT_FDCWD, path, below ? 0x8000 /* AT_RECURSIVE */ : 0, &attributes, sizeof attributes))
    die("could not make %s read-only (Linux 5.12 or later is needed)", path);
}

static void bind(const char *from, const char *to, int writable) {
  mount_or_die(from, to, NULL, MS_BIND | MS_REC, NULL);
  if (!writable) read_only(to, 1);
}

/* What a descriptor stands for, also where its name cannot be reached any more. */
static void bind_held(int held, const char *to, int writable) {
  char from[64];
  snprintf(from, sizeof from, "/proc/self/fd/%d", held);
  bind(from, to, writable);
}

/* Shows the folders and links of `from` in the new root; of /run only the links. */
static void copy_top(const char *from, int links_only) {
  static const char *const own[] = {".", "..", "proc", "dev", "tmp", "pfs", "run", "old_root", "lost+found"};
  DIR *top = opendir(*from ? from : "/");
  if (!top) die("could not read %s", from);
  for (struct dirent *entry; (entry = readdir(top));) {
    char path[PATH_MAX], to[PATH_MAX], link[PATH_MAX];
    struct stat about;
    int skip = 0;
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) skip |= !strcmp(own[i], entry->d_name);
    if (skip || snprintf(path, sizeof path, "%s/%s", from, entry->d_name) >= PATH_MAX - 8 || lstat(path, &about)) continue;
    snprintf(to, sizeof to, "%s%.*s", ROOT, PATH_MAX - 8, path);
    if (S_ISLNK(about.st_mode)) {
      ssize_t length = readlink(path, link, sizeof link - 1);
      if (length <= 0) continue;
      link[length] = 0;
      if (symlink(link, to)) die("could not link %s", to);
    } else if (S_ISDIR(about.st_mode) && !links_only) {
      folder(to, 0755);
      bind(path, to, 0);
    }
  }
  closedir(top);
}

static void make_dev(void) {
  static const char *const nodes[] = {"null", "zero", "full", "random", "urandom", "tty"};
  static const char *const links[][2] = {{"/proc/self/fd", "fd"}, {"/proc/self/fd/0", "stdin"}, {"/proc/self/fd/1", "stdout"}, {"/proc/self/fd/2", "stderr"}, {"pts/ptmx", "ptmx"}};
  char from[64], to[64];
  mount_or_die("tmpfs", ROOT "/dev", "tmpfs", MS_NOSUID | MS_NOEXEC, "mode=755,size=64k");
  for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++) {
    snprintf(from, sizeof from, "/dev/%s", nodes[i]);
    snprintf(to, sizeof to, ROOT "/dev/%s", nodes[i]);
    int fd = open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0) die("could not make %s", to);
    close(fd);
    mount_or_die(from, to, NULL, MS_BIND, NULL);
  }
  for (size_t i = 0; i < sizeof links / sizeof *links; i++) {
    snprintf(to, sizeof to, ROOT "/dev/%s", links[i][1]);
    if (symlink(links[i][0], to)) die("could not link %s", to);
  }
  folder(ROOT "/dev/shm", 0777);
  folder(ROOT "/dev/pts", 0755);
  read_only(ROOT "/dev", 0);
  mount_or_die("tmpfs", ROOT "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777");
  if (mount("devpts", ROOT "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=620")) { /* programs that want a terminal will say so */
  }
}

/* Name resolution may lead through /run; nothing else of it is shown, least of all its sockets. */
static void show_resolver(void) {
  char real[PATH_MAX], to[PATH_MAX + sizeof ROOT];
  if (!realpath("/etc/resolv.conf", real) || strncmp(real, "/run/", 5)) return;
  snprintf(to, sizeof to, ROOT "%s", real);
  char *name = strrchr(to, '/');
  *name = 0;
  folders(to);
  *name = '/';
  int fd = open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return;
  close(fd);
  bind(real, to, 0);
}

static void hide(const char *path) {
  char real[PATH_MAX], at[PATH_MAX + sizeof ROOT];
  struct stat about;
  if (!realpath(path, real)) return;
  snprintf(at, sizeof at, ROOT "%s", real);
  if (!stat(at, &about) && S_ISDIR(about.st_mode)) mount_or_die("tmpfs", at, "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV, "mode=0,size=4k");
}

static int hold(const char *path) {
  int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) die("could not open %s", path);
  return fd;
}

static void build_root(const char *pfs, const char *tmp, const char *working_dir, char **hidden) {
  int own_pfs = hold(pfs), own_tmp = hold(tmp), work = *working_dir ? hold(working_dir) : -1;
  mount_or_die("none", "/", NULL, MS_REC | MS_PRIVATE, NULL);
  mount_or_die("tmpfs", ROOT, "tmpfs", MS_NOSUID | MS_NODEV, "mode=755,size=1m");
  static const char *const own[] = {ROOT "/proc", ROOT "/dev", ROOT "/tmp", ROOT "/pfs", ROOT "/run"};
  for (size_t i = 0; i < sizeof own / sizeof *own; i++) folder(own[i], 0755);
  copy_top("", 0);
  copy_top("/run", 1);
  show_resolver();
  make_dev();
  for (; *hidden; hidden++) hide(*hidden);
  bind_held(own_pfs, ROOT "/pfs", 1);
  bind_held(own_tmp, ROOT "/tmp", 1);
  if (chmod(ROOT "/tmp", 01777)) die("could not open /tmp to everybody");
  if (work >= 0 && (!strncmp(working_dir, "/tmp/", 5) || !strncmp(working_dir, "/run/", 5))) {
    char path[PATH_MAX];
    snprintf(path, sizeof path, ROOT "%.*s", PATH_MAX - 8, working_dir);
    folders(path);
    bind_held(work, path, 0);
  }
  mount_or_die("proc", ROOT "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
  static const char *const knobs[] = {"sys", "sysrq-trigger", "irq", "bus", "fs"};
  for (size_t i = 0; i < sizeof knobs / sizeof *knobs; i++) {
    char path[64];
    snprintf(path, sizeof path, ROOT "/proc/%s", knobs[i]);
    if (!access(path, F_OK)) bind(path, path, 0);
  }
  read_only(ROOT, 0);
  if (chdir(ROOT) || syscall(SYS_pivot_root, ".", ".") || umount2(".", MNT_DETACH) || chdir("/")) die("could not enter the sandbox");
  close(own_pfs), close(own_tmp);
  if (work >= 0) close(work);
}

void enter_sandbox(const char *pfs, const char *tmp, const char *working_dir, char **hidden) {
  unsigned uid = getuid(), gid = getgid();
  int flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS;
  if (unshare(uid ? flags | CLONE_NEWUSER : flags))
    die("this system forbids sandboxes: run the server as root, allow user namespaces (sysctl user.max_user_namespaces=10000, and kernel.unprivileged_userns_clone=1 or kernel.apparmor_restrict_unprivileged_userns=0 where they exist), or give its container CAP_SYS_ADMIN");
  if (uid) {
    char map[64];
    write_file("/proc/self/setgroups", "deny");
    snprintf(map, sizeof map, "%u %u 1\n", uid, uid);
    write_file("/proc/self/uid_map", map);
    snprintf(map, sizeof map, "%u %u 1\n", gid, gid);
    write_file("/proc/self/gid_map", map);
  }
  write_file("/proc/self/oom_score_adj", "1000"); /* user code goes before anything else of this machine */
  pid_t first = fork();
  if (first < 0) die("no process");
  if (first > 0) {
    close(STDIN_FILENO), close(STDOUT_FILENO);
    int status;
    while (waitpid(first, &status, 0) < 0 && errno == EINTR) {
    }
    exit(WIFEXITED(status) ? WEXITSTATUS(status) : 71);
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  build_root(pfs, tmp, working_dir, hidden);
}

/* From here on programs get none of what could undo the sandbox, and cannot look into the agent. */
void seal_sandbox(void) {
  if (!getuid() && setgroups(0, NULL)) die("could not leave the groups");
  static const int kept[] = {CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_FOWNER, CAP_FSETID, CAP_KILL, CAP_SETGID, CAP_SETUID, CAP_SETPCAP, CAP_NET_BIND_SERVICE, CAP_SYS_CHROOT};
  for (int cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++) {
    int keep = 0;
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) keep |= kept[i] == cap;
    if (!keep && prctl(PR_CAPBSET_DROP, cap, 0, 0, 0)) die("could not drop a capability");
  }
  struct rlimit none = {0, 0}, files;
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) || setrlimit(RLIMIT_CORE, &none)) die("could not seal the sandbox");
  if (!getrlimit(RLIMIT_NOFILE, &files)) {
    files.rlim_cur = files.rlim_max < 65536 ? files.rlim_max : 65536;
    setrlimit(RLIMIT_NOFILE, &files);
  }
}

/* The line of /etc/passwd or /etc/group whose name or number is `name`: its third and fourth fields. */
static int look_up(const char *file, const char *name, unsigned long *third, unsigned long *fourth) {
  FILE *lines = fopen(file, "re");
  char line[4096];
  int found = 0;
  while (lines && !found && fgets(line, sizeof line, lines)) {
    char *rest = line, *fields[4] = {0};
    for (int i = 0; i < 4; i++) fields[i] = strsep(&rest, ":\n");
    if (!fields[2] || !*fields[0] || (strcmp(fields[0], name) && strcmp(fields[2], name))) continue;
    *third = strtoul(fields[2], NULL, 10);
    *fourth = fields[3] ? strtoul(fields[3], NULL, 10) : 0;
    found = 1;
  }
  if (lines) fclose(lines);
  return found;
}

static int numeric(const char *text, unsigned long *value) {
  char *end;
  errno = 0;
  *value = strtoul(text, &end, 10);
  return *text >= '0' && *text <= '9' && !*end && !errno && *value < UINT32_MAX;
}

/* `name|uid[:group|gid]` by the sandbox's own files; without /etc/passwd there is nobody to change to. */
void find_user(const char *text) {
  char name[256];
  unsigned long uid = 0, gid = 0, ignored;
  if (!*text || access("/etc/passwd", F_OK)) return;
  snprintf(name, sizeof name, "%s", text);
  char *group = strchr(name, ':');
  if (group) *group++ = 0;
  errno = 0;
  if (!look_up("/etc/passwd", name, &uid, &gid) && !numeric(name, &uid)) die("transform.user %s: no user %s in /etc/passwd; name one of this machine, or its number", text, name);
  if (group && *group && !look_up("/etc/group", group, &gid, &ignored) && !numeric(group, &gid)) die("transform.user %s: no group %s in /etc/group; name one of this machine, or its number", text, group);
  user.uid = (uid_t)uid;
  user.gid = (gid_t)gid;
  user.change = !getuid() && (uid || gid);
}
