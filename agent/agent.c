/* The agent: runs user code inside the sandbox of one worker.
 *
 * It reads frames from standard input and writes frames to standard output; docs/format/agent.md has the
 * protocol. The first process makes the sandbox and waits; the second is process 1 of the sandbox: it
 * starts one program at a time, and when that ends it kills whatever the program left behind. When its
 * input ends it kills everything and exits.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { VERSION = 1, FRAME_MAX = 16 << 20, STRINGS_MAX = 65536, CHUNK = 65536 };
enum { SPAWN = 1, KILL = 2, HELLO = 16, OUT = 17, ERR = 18, EXITED = 19, REFUSED = 20 };

struct frame {
  uint8_t type;
  uint32_t channel;
  uint32_t length;
  uint8_t *body;
};

static void die(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fprintf(stderr, ": %s\n", strerror(errno));
  exit(71);
}

static int read_all(int fd, void *to, size_t count) {
  for (size_t done = 0; done < count;) {
    ssize_t got = read(fd, (char *)to + done, count - done);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return 0;
    done += (size_t)got;
  }
  return 1;
}

static void write_all(int fd, const void *from, size_t count) {
  for (size_t done = 0; done < count;) {
    ssize_t put = write(fd, (const char *)from + done, count - done);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) exit(0);
    done += (size_t)put;
  }
}

static uint32_t get32(const uint8_t *at) {
  return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static void put32(uint8_t *at, uint32_t value) {
  at[0] = (uint8_t)(value >> 24);
  at[1] = (uint8_t)(value >> 16);
  at[2] = (uint8_t)(value >> 8);
  at[3] = (uint8_t)value;
}

/* A frame is its length, its type, its channel and its body. */
static void send_frame(uint8_t type, uint32_t channel, const void *body, uint32_t length) {
  uint8_t head[9];
  put32(head, length);
  head[4] = type;
  put32(head + 5, channel);
  write_all(STDOUT_FILENO, head, sizeof head);
  write_all(STDOUT_FILENO, body, length);
}

static int receive(struct frame *frame) {
  uint8_t head[9];
  if (!read_all(STDIN_FILENO, head, sizeof head)) return 0;
  frame->length = get32(head);
  frame->type = head[4];
  frame->channel = get32(head + 5);
  if (frame->length > FRAME_MAX) {
    fprintf(stderr, "agent: a frame of %u bytes is too long\n", frame->length);
    return 0;
  }
  frame->body = malloc(frame->length + 1);
  if (!frame->body) die("agent: no memory");
  return read_all(STDIN_FILENO, frame->body, frame->length);
}

/* A request to spawn: a cursor over its body that never leaves it. */
struct cursor {
  uint8_t *at, *end;
  int bad;
};

static uint32_t number(struct cursor *c) {
  if (c->end - c->at < 4) {
    c->bad = 1;
    return 0;
  }
  uint32_t value = get32(c->at);
  c->at += 4;
  return value;
}

/* A string is a length and bytes; it is ended by a zero, for which each string has room behind it. */
static char *string(struct cursor *c) {
  uint32_t length = number(c);
  if (c->bad || (uint32_t)(c->end - c->at) < length + 1 || c->at[length] != 0) {
    c->bad = 1;
    return NULL;
  }
  char *text = (char *)c->at;
  c->at += length + 1;
  return text;
}

static char **strings(struct cursor *c) {
  uint32_t count = number(c);
  if (c->bad || count > STRINGS_MAX) {
    c->bad = 1;
    return NULL;
  }
  char **list = calloc(count + 1, sizeof *list);
  if (!list) die("agent: no memory");
  for (uint32_t i = 0; i < count && !c->bad; i++) list[i] = string(c);
  return list;
}

static void in_child(char **argv, char **env, const char *cwd, uint32_t uid, uint32_t gid, int report) {
  signal(SIGPIPE, SIG_DFL);
  setsid();
  int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (fd >= 0) {
    if (write(fd, "1000", 4) < 0) { /* the limit is a wish */
    }
    close(fd);
  }
  const char *step = "change to the folder";
  if (*cwd && chdir(cwd)) goto failed;
  step = "become the user of";
  if (gid != UINT32_MAX && (setgroups(0, NULL) || setgid(gid))) goto failed;
  if (uid != UINT32_MAX && setuid(uid)) goto failed;
  step = "run";
  environ = env;
  execvp(argv[0], argv);
failed:
  dprintf(report, "could not %s %s: %s", step, strcmp(step, "run") ? cwd : argv[0], strerror(errno));
  _exit(127);
}

/* Everything but this process goes, also what called setsid. */
static void kill_rest(void) {
  kill(-1, SIGKILL);
  while (waitpid(-1, NULL, 0) > 0 || errno == EINTR) {
  }
}

static void forward(int fd, uint8_t type, uint32_t channel, int *open_fd) {
  static uint8_t buffer[CHUNK];
  ssize_t got = read(fd, buffer, sizeof buffer);
  if (got > 0) {
    send_frame(type, channel, buffer, (uint32_t)got);
  } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
    close(fd);
    *open_fd = -1;
  }
}

static void feed(int *fd, uint8_t **at, uint8_t *end) {
  ssize_t put = *at < end ? write(*fd, *at, (size_t)(end - *at)) : 0;
  if (put > 0) *at += put;
  if (*at == end || (put < 0 && errno != EAGAIN && errno != EINTR)) {
    close(*fd);
    *fd = -1;
  }
}

/* Runs until the program and all that it started are gone; a KILL frame or the end of input cuts it short. */
static void supervise(pid_t child, int in, int out, int err, uint8_t *stdin_at, uint8_t *stdin_end,
                      uint32_t channel) {
  int status = 0, ended = 0;
  while (!ended || out >= 0 || err >= 0) {
    struct pollfd polls[4] = {
        {STDIN_FILENO, POLLIN, 0}, {out, POLLIN, 0}, {err, POLLIN, 0}, {in, POLLOUT, 0}};
    poll(polls, 4, ended ? 0 : out < 0 && err < 0 ? 1 : 5);
    if (polls[0].revents) {
      struct frame frame;
      if (!receive(&frame)) {
        kill_rest();
        exit(0);
      }
      if (frame.type == KILL && frame.channel == channel) kill(-1, SIGKILL);
      free(frame.body);
    }
    if (out >= 0 && polls[1].revents) forward(out, OUT, channel, &out);
    if (err >= 0 && polls[2].revents) forward(err, ERR, channel, &err);
    if (in >= 0 && polls[3].revents) feed(&in, &stdin_at, stdin_end);
    for (int seen; !ended;) {
      pid_t gone = waitpid(-1, &seen, WNOHANG);
      if (gone <= 0) break;
      if (gone == child) {
        ended = 1;
        status = seen;
        kill_rest();
      }
    }
  }
  if (in >= 0) close(in);
  uint8_t answer[8];
  put32(answer, WIFEXITED(status) ? (uint32_t)WEXITSTATUS(status) : UINT32_MAX);
  put32(answer + 4, WIFSIGNALED(status) ? (uint32_t)WTERMSIG(status) : 0);
  send_frame(EXITED, channel, answer, sizeof answer);
}

static void pipe_pair(int ends[2]) {
  if (pipe2(ends, O_CLOEXEC)) die("agent: no pipe");
}

static void spawn(struct frame *frame) {
  struct cursor c = {frame->body, frame->body + frame->length, 0};
  char **argv = strings(&c), **env = strings(&c);
  char *cwd = string(&c);
  uint32_t uid = number(&c), gid = number(&c), stdin_length = number(&c);
  if (c.bad || !argv || !argv[0] || (uint32_t)(c.end - c.at) != stdin_length) {
    static const char text[] = "malformed request to spawn";
    send_frame(REFUSED, frame->channel, text, sizeof text - 1);
    return;
  }
  int in[2], out[2], err[2], report[2];
  pipe_pair(in), pipe_pair(out), pipe_pair(err), pipe_pair(report);
  pid_t child = fork();
  if (child < 0) die("agent: no process");
  if (child == 0) {
    dup2(in[0], 0), dup2(out[1], 1), dup2(err[1], 2);
    in_child(argv, env, cwd, uid, gid, report[1]);
  }
  close(in[0]), close(out[1]), close(err[1]), close(report[1]);
  char text[PATH_MAX + 256];
  ssize_t length = read(report[0], text, sizeof text);
  close(report[0]);
  if (length > 0) {
    waitpid(child, NULL, 0);
    close(in[1]), close(out[0]), close(err[0]);
    send_frame(REFUSED, frame->channel, text, (uint32_t)length);
  } else {
    fcntl(in[1], F_SETFL, O_NONBLOCK);
    supervise(child, in[1], out[0], err[0], c.at, c.end, frame->channel);
  }
  free(argv), free(env);
}

static void serve(void) {
  uint8_t hello[8];
  put32(hello, VERSION);
  put32(hello + 4, 0);
  send_frame(HELLO, 0, hello, sizeof hello);
  struct frame frame;
  while (receive(&frame)) {
    if (frame.type == SPAWN) spawn(&frame);
    free(frame.body);
  }
  kill_rest();
}

/* --- The sandbox: the machine's folders read-only under a new root, with its own /pfs, /tmp and /proc. */

static void write_file(const char *path, const char *format, unsigned id) {
  char text[64];
  int length = snprintf(text, sizeof text, format, id);
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0 || write(fd, text, (size_t)length) < 0) die("agent: could not write %s", path);
  close(fd);
}

static void mount_or_die(const char *from, const char *to, const char *type, unsigned long flags) {
  if (mount(from, to, type, flags, NULL)) die("agent: could not mount %s on %s", from, to);
}

static void folder(const char *path) {
  if (mkdir(path, 0755) && errno != EEXIST) die("agent: could not make %s", path);
}

/* Makes every folder on the way. */
static void folders(char *path) {
  for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
    *slash = 0;
    folder(path);
    *slash = '/';
  }
  folder(path);
}

struct attributes {
  uint64_t set, clear, propagation, userns;
};

static void read_only(const char *path) {
  struct attributes attributes = {1 /* MOUNT_ATTR_RDONLY */, 0, 0, 0};
  if (syscall(442 /* mount_setattr */, AT_FDCWD, path, 0x8000 /* AT_RECURSIVE */, &attributes,
              sizeof attributes))
    die("agent: could not make %s read-only", path);
}

static void bind_read_only(const char *from, const char *to) {
  mount_or_die(from, to, NULL, MS_BIND | MS_REC);
  read_only(to);
}

static int special(const char *name) {
  static const char *const names[] = {".", "..", "proc", "dev", "tmp", "pfs", NULL};
  for (int i = 0; names[i]; i++)
    if (!strcmp(names[i], name)) return 1;
  return 0;
}

static void copy_top(const char *root) {
  DIR *top = opendir("/");
  if (!top) die("agent: could not read /");
  for (struct dirent *entry; (entry = readdir(top));) {
    char from[PATH_MAX], to[PATH_MAX], link[PATH_MAX];
    struct stat about;
    snprintf(from, sizeof from, "/%s", entry->d_name);
    snprintf(to, sizeof to, "%s/%s", root, entry->d_name);
    if (special(entry->d_name) || lstat(from, &about)) continue;
    if (S_ISLNK(about.st_mode)) {
      ssize_t length = readlink(from, link, sizeof link - 1);
      if (length > 0) {
        link[length] = 0;
        if (symlink(link, to)) die("agent: could not link %s", to);
      }
    } else if (S_ISDIR(about.st_mode)) {
      folder(to);
      bind_read_only(from, to);
    }
  }
  closedir(top);
}

static void build_root(const char *pfs, const char *working_dir) {
  const char *root = "/tmp";
  char path[PATH_MAX], keep[] = "/proc/self/fd/%d", from[64];
  int held = *working_dir ? open(working_dir, O_PATH | O_CLOEXEC) : -1;
  int data = open(pfs, O_PATH | O_CLOEXEC);
  if (data < 0) die("agent: could not open %s", pfs);
  mount_or_die("none", "/", NULL, MS_REC | MS_PRIVATE);
  mount_or_die("tmpfs", root, "tmpfs", MS_NOSUID | MS_NODEV);
  copy_top(root);
  static const char *const own[] = {"proc", "dev", "tmp", "pfs", NULL};
  for (int i = 0; own[i]; i++) {
    snprintf(path, sizeof path, "%s/%s", root, own[i]);
    folder(path);
  }
  mount_or_die("/dev", "/tmp/dev", NULL, MS_BIND | MS_REC);
  snprintf(from, sizeof from, keep, data);
  mount_or_die(from, "/tmp/pfs", NULL, MS_BIND);
  mount_or_die("tmpfs", "/tmp/tmp", "tmpfs", MS_NOSUID | MS_NODEV);
  chmod("/tmp/tmp", 01777);
  if (held >= 0 && !strncmp(working_dir, "/tmp/", 5)) {
    snprintf(path, sizeof path, "%s%s", root, working_dir);
    folders(path);
    snprintf(from, sizeof from, keep, held);
    bind_read_only(from, path);
  }
  if (chdir(root) || syscall(SYS_pivot_root, ".", ".") || umount2(".", MNT_DETACH) || chdir("/"))
    die("agent: could not enter the sandbox");
}

static int sandbox(const char *pfs, const char *working_dir) {
  unsigned uid = getuid(), gid = getgid();
  int flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWUTS;
  if (unshare(uid ? flags | CLONE_NEWUSER : flags))
    die("agent: this system forbids sandboxes; run the server as root or allow user namespaces");
  if (uid) {
    write_file("/proc/self/setgroups", "deny", 0);
    char map[32];
    snprintf(map, sizeof map, "%u %%u 1\n", uid);
    write_file("/proc/self/uid_map", map, uid);
    snprintf(map, sizeof map, "%u %%u 1\n", gid);
    write_file("/proc/self/gid_map", map, gid);
  }
  pid_t first = fork();
  if (first < 0) die("agent: no process");
  if (first > 0) {
    close(STDIN_FILENO), close(STDOUT_FILENO);
    int status;
    while (waitpid(first, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 71;
  }
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  build_root(pfs, working_dir);
  mount_or_die("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC);
  read_only("/");
  struct attributes writable = {0, 1, 0, 0};
  syscall(442, AT_FDCWD, "/pfs", 0, &writable, sizeof writable);
  syscall(442, AT_FDCWD, "/tmp", 0, &writable, sizeof writable);
  syscall(442, AT_FDCWD, "/dev", 0x8000, &writable, sizeof writable);
  syscall(442, AT_FDCWD, "/proc", 0, &writable, sizeof writable);
  serve();
  return 0;
}

int main(int count, char **words) {
  signal(SIGPIPE, SIG_IGN);
  if (count < 2 || count > 3) {
    fprintf(stderr, "usage: trunkline-agent PFS_FOLDER [WORKING_DIR]\n");
    return 64;
  }
  return sandbox(words[1], count == 3 ? words[2] : "");
}
