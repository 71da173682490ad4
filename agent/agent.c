/* The agent: runs user code inside the sandbox of one worker.
 *
 * It reads frames from standard input and writes frames to standard output; docs/format/agent.md has the
 * protocol. The first process makes the sandbox and waits; the second is process 1 of the sandbox: it lays
 * out the files of datums as they arrive, runs one program at a time, kills whatever that left behind,
 * and sends what lies in /pfs/out. When its input ends it kills everything and exits.
 *
 * What it reads is never blocked by what a program does: files go to the disk, requests to a short queue,
 * and output of programs is sent only within the credit that the other side has given.
 */
#define _GNU_SOURCE
#include "agent.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { STRINGS_MAX = 65536, CREDIT_FIRST = 256 << 10, CREDIT_MAX = 16 << 20 };

struct user user;

void die(const char *format, ...) {
  int error = errno;
  va_list arguments;
  va_start(arguments, format);
  fputs("agent: ", stderr);
  vfprintf(stderr, format, arguments);
  va_end(arguments);
  fprintf(stderr, "%s%s\n", error ? ": " : "", error ? strerror(error) : "");
  exit(71);
}

static void *room(size_t size) {
  void *made = malloc(size ? size : 1);
  if (!made) die("no memory");
  return made;
}

/* --- Frames out */

static uint8_t outbox[65536];
static size_t out_filled;

/* Whether all of it could be written. */
int write_all(int fd, const void *from, size_t count) {
  for (const uint8_t *at = from, *end = at + count; at < end;) {
    ssize_t put = write(fd, at, (size_t)(end - at));
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return 0;
    at += put;
  }
  return 1;
}

/* Nobody reads any more: the other side is gone. */
static void write_out(const void *from, size_t count) {
  if (!write_all(STDOUT_FILENO, from, count)) exit(0);
}

void flush_frames(void) {
  write_out(outbox, out_filled);
  out_filled = 0;
}

static uint32_t get32(const uint8_t *at) {
  return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

void put32(uint8_t *at, uint32_t value) {
  for (int i = 0; i < 4; i++) at[i] = (uint8_t)(value >> (24 - 8 * i));
}

/* A frame is its length, its type, its channel and its body. */
void frame(uint8_t type, uint32_t channel, const void *body, size_t length) {
  if (out_filled + 9 + length > sizeof outbox) flush_frames();
  put32(outbox + out_filled, (uint32_t)length);
  outbox[out_filled + 4] = type;
  put32(outbox + out_filled + 5, channel);
  out_filled += 9;
  if (out_filled + length <= sizeof outbox) {
    if (length) memcpy(outbox + out_filled, body, length);
    out_filled += length;
  } else {
    flush_frames();
    write_out(body, length);
  }
}

/* --- Requests: a cursor over a body that never leaves it */

struct cursor {
  uint8_t *at, *end;
  int bad;
};

static uint32_t number(struct cursor *c) {
  if (c->end - c->at < 4) {
    c->bad = 1;
    return 0;
  }
  c->at += 4;
  return get32(c->at - 4);
}

/* A string is a length, bytes, and a zero behind them. */
static char *string(struct cursor *c, uint32_t *length) {
  uint32_t count = number(c);
  if (c->bad || (size_t)(c->end - c->at) < (size_t)count + 1 || c->at[count]) {
    c->bad = 1;
    return NULL;
  }
  char *text = (char *)c->at;
  if (length) *length = count;
  c->at += count + 1;
  return text;
}

static char **strings(struct cursor *c) {
  uint32_t count = number(c);
  if (c->bad || count > STRINGS_MAX || count > (size_t)(c->end - c->at) / 5) {
    c->bad = 1;
    return NULL;
  }
  char **list = room((count + 1) * sizeof *list);
  for (uint32_t i = 0; i <= count; i++) list[i] = NULL;
  for (uint32_t i = 0; i < count && !c->bad; i++) list[i] = string(c, NULL);
  return list;
}

struct program {
  char **argv, *in;
  uint32_t in_length;
};

struct run {
  uint32_t channel, timeout_ms, accepted_count;
  int64_t deadline;
  uint8_t *body, *accepted;
  char **env, *cwd, *reason;
  struct program command, on_error;
  int failed, killed;
};

static struct run queue[QUEUE];
static int queued;
static struct run *current;
static int64_t credit;

static void free_run(struct run *run) {
  free(run->command.argv), free(run->on_error.argv), free(run->env), free(run->body), free(run->reason);
}

static void add_run(uint32_t channel, const uint8_t *body, uint32_t length) {
  if (queued == QUEUE) errno = 0, die("more than %d requests at a time", QUEUE);
  struct run *run = &queue[queued++];
  memset(run, 0, sizeof *run);
  run->channel = channel;
  run->body = memcpy(room(length), body, length);
  struct cursor c = {run->body, run->body + length, 0};
  run->command.argv = strings(&c);
  run->command.in = string(&c, &run->command.in_length);
  run->on_error.argv = strings(&c);
  run->on_error.in = string(&c, &run->on_error.in_length);
  run->env = strings(&c);
  run->cwd = string(&c, NULL);
  run->timeout_ms = number(&c);
  run->accepted_count = number(&c);
  run->accepted = c.at;
  if (c.bad || (size_t)(c.end - c.at) != (size_t)run->accepted_count * 4 || !run->command.argv[0]) errno = 0, die("a malformed request");
  char reason[TEXT] = "";
  run->failed = tree_laid(channel, reason);
  run->reason = strcpy(room(strlen(reason) + 1), reason);
}

static void dispatch(uint8_t type, uint32_t channel, uint8_t *body, uint32_t length) {
  struct cursor c = {body, body + length, 0};
  uint32_t more;
  char *path;
  switch (type) {
    case FILE_FRAME:
      if (!(path = string(&c, NULL))) errno = 0, die("a malformed file");
      tree_file(channel, path, c.at, (size_t)(c.end - c.at));
      break;
    case DATA:
      tree_data(channel, body, length);
      break;
    case RUN:
      add_run(channel, body, length);
      break;
    case KILL:
      if (current && current->channel == channel) current->killed = 1, kill(-1, SIGKILL);
      for (int i = 0; i < queued; i++) queue[i].killed |= queue[i].channel == channel;
      break;
    case CREDIT:
      more = number(&c);
      if (current && current->channel == channel) credit = credit + more > CREDIT_MAX ? CREDIT_MAX : credit + more;
      break;
    default:
      errno = 0, die("an unknown frame %u", type);
  }
}

/* Takes what has arrived and acts on every whole frame of it. */
static void take_input(void) {
  static uint8_t *inbox;
  static size_t size, filled;
  size_t from = 0, wanted = filled < 9 ? 9 : 9 + (size_t)get32(inbox);
  if (size < wanted || !inbox) {
    size = wanted < PIECE ? PIECE : wanted;
    if (!(inbox = realloc(inbox, size))) die("no memory");
  }
  ssize_t got = read(STDIN_FILENO, inbox + filled, size - filled);
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (got <= 0) {
    kill(-1, SIGKILL);
    exit(0);
  }
  for (filled += (size_t)got; filled - from >= 9;) {
    uint32_t length = get32(inbox + from);
    if (length > FRAME_MAX) errno = 0, die("a frame of %u bytes is too long", length);
    if (filled - from - 9 < length) break;
    dispatch(inbox[from + 4], get32(inbox + from + 5), inbox + from + 9, length);
    from += 9 + (size_t)length;
  }
  memmove(inbox, inbox + from, filled - from);
  filled -= from;
}

/* --- Programs */

static int out_pipe[2], err_pipe[2], no_input, ended_signals;
static const char *volatile failed_step; /* written by a child before it exits: it shares our memory */
static volatile int failed_errno;

static int64_t nanos(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* As a shell looks for it: in the folders of PATH, unless the name has a slash. */
static void execute(char **argv, char **env) {
  char path[PATH_MAX];
  const char *folders = "/usr/local/bin:/usr/bin:/bin";
  if (strchr(argv[0], '/')) {
    execve(argv[0], argv, env);
    return;
  }
  for (char **at = env; *at; at++)
    if (!strncmp(*at, "PATH=", 5)) folders = *at + 5;
  int error = ENOENT;
  while (*folders) {
    size_t length = strcspn(folders, ":");
    if (snprintf(path, sizeof path, "%.*s/%s", (int)length, folders, argv[0]) < PATH_MAX) execve(path, argv, env);
    if (errno != ENOENT && errno != ENOTDIR) error = errno;
    folders += length + (folders[length] == ':');
  }
  errno = error;
}

static __attribute__((noreturn)) void in_child(const struct program *program, const struct run *run, int in) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  signal(SIGPIPE, SIG_DFL);
  setsid();
  const char *step = "take its input and output in";
  if (dup2(in, 0) < 0 || dup2(out_pipe[1], 1) < 0 || dup2(err_pipe[1], 2) < 0) goto failed;
  step = "become the user of";
  if (user.change && (syscall(SYS_setgid, user.gid) || syscall(SYS_setuid, user.uid))) goto failed;
  step = "change to the folder";
  if (*run->cwd && chdir(run->cwd)) goto failed;
  step = "run";
  execute(program->argv, run->env);
failed:
  failed_errno = errno;
  failed_step = step;
  _exit(127);
}

/* The child borrows our memory until it runs the program: no page is copied. */
static __attribute__((noinline)) pid_t start_program(const struct program *program, const struct run *run, int in) {
  pid_t child = vfork();
  if (child == 0) in_child(program, run, in);
  return child;
}

static int stdin_of(const struct program *program) {
  if (!program->in_length) return no_input;
  int fd = memfd_create("stdin", MFD_CLOEXEC);
  if (fd < 0 || !write_all(fd, program->in, program->in_length) || lseek(fd, 0, SEEK_SET)) die("no memory for an input");
  return fd;
}

/* Everything but this process goes, also what called setsid. */
static void kill_rest(void) {
  pid_t gone;
  while ((gone = waitpid(-1, NULL, WNOHANG)) > 0) {
  }
  if (gone < 0) return;
  kill(-1, SIGKILL);
  while (waitpid(-1, NULL, 0) > 0 || errno == EINTR) {
  }
}

/* Sends what is in a pipe; all of it when nobody can write to it any more. */
static void forward(int fd, uint8_t type, uint32_t channel, int all) {
  static uint8_t buffer[32768];
  while (all || credit > 0) {
    size_t most = all || credit > (int64_t)sizeof buffer ? sizeof buffer : (size_t)credit;
    ssize_t got = read(fd, buffer, most);
    if (got <= 0) break;
    credit -= got;
    frame(type, channel, buffer, (size_t)got);
  }
}

/* Waits until `child` has ended; whether that was because its time was up. */
static int supervise(pid_t child, int64_t deadline, int *status) {
  for (int late = 0;;) {
    int64_t left = deadline ? (deadline - nanos() + 999999) / 1000000 : -1;
    if (deadline && left <= 0) {
      late = 1;
      deadline = 0;
      left = -1;
      kill(-1, SIGKILL);
    }
    struct pollfd polls[4] = {{STDIN_FILENO, POLLIN, 0}, {ended_signals, POLLIN, 0}, {out_pipe[0], POLLIN, 0}, {err_pipe[0], POLLIN, 0}};
    poll(polls, credit > 0 ? 4 : 2, left > INT_MAX ? INT_MAX : (int)left);
    if (polls[0].revents) take_input();
    if (polls[2].revents) forward(out_pipe[0], OUT, current->channel, 0);
    if (polls[3].revents) forward(err_pipe[0], ERR, current->channel, 0);
    flush_frames();
    if (polls[1].revents) {
      struct signalfd_siginfo ignored[8];
      if (read(ended_signals, ignored, sizeof ignored) < 0) { /* another look at the children does no harm */
      }
      int seen;
      for (pid_t gone; (gone = waitpid(-1, &seen, WNOHANG)) > 0;) {
        if (gone != child) continue;
        *status = seen;
        return late;
      }
    }
  }
}

static int accepted(const struct run *run, uint32_t code) {
  int found = code == 0;
  for (uint32_t i = 0; i < run->accepted_count; i++) found |= get32(run->accepted + 4 * i) == code;
  return found;
}

/* Runs a program to its end, and until nothing that it started is left. Whether that was a success; a
 * program that could not be run or was killed by us ends the attempt. */
static int run_program(struct run *run, int on_error, int *over) {
  struct program *program = on_error ? &run->on_error : &run->command;
  int64_t start = nanos();
  int in = stdin_of(program);
  failed_step = NULL;
  pid_t child = start_program(program, run, in);
  if (in != no_input) close(in);
  int late = 0, status = 0;
  if (child < 0 || failed_step) {
    char text[TEXT + 16];
    int run_it = child < 0 || !strcmp(failed_step, "run");
    int length = snprintf(text, sizeof text, "%ccould not %s %.4000s: %s", '0' + on_error, child < 0 ? "run" : failed_step,
                          run_it ? program->argv[0] : *failed_step == 'c' ? run->cwd : "the program", strerror(child < 0 ? errno : failed_errno));
    if (child > 0) waitpid(child, NULL, 0);
    frame(REFUSED, run->channel, text, (size_t)length);
    return 0;
  }
  late = supervise(child, run->deadline, &status);
  kill_rest();
  forward(out_pipe[0], OUT, run->channel, 1);
  forward(err_pipe[0], ERR, run->channel, 1);
  uint64_t took = (uint64_t)(nanos() - start);
  uint8_t answer[24];
  uint32_t code = WIFEXITED(status) ? (uint32_t)WEXITSTATUS(status) : UINT32_MAX;
  put32(answer, (uint32_t)on_error);
  put32(answer + 4, code);
  put32(answer + 8, WIFSIGNALED(status) ? (uint32_t)WTERMSIG(status) : 0);
  put32(answer + 12, (uint32_t)late);
  put32(answer + 16, (uint32_t)(took >> 32));
  put32(answer + 20, (uint32_t)took);
  frame(ENDED, run->channel, answer, sizeof answer);
  *over = late || run->killed;
  return !late && accepted(run, code);
}

static void attempt(struct run *run) {
  static char reason[TEXT];
  int kind = run->failed, over = 0;
  credit = CREDIT_FIRST;
  if (kind) {
    strcpy(reason, run->reason);
  } else {
    kind = run->killed ? KILLED : tree_show(run->channel, run->env, reason);
  }
  if (kind) {
    char text[TEXT + 1];
    frame((uint8_t)(kind == KILLED ? REFUSED : kind), run->channel, text, (size_t)snprintf(text, sizeof text, "0%s", kind == KILLED ? "it was killed" : reason));
    tree_drop(run->channel);
  } else {
    /* What runs on an error has what is left of the attempt's time. */
    run->deadline = run->timeout_ms ? nanos() + run->timeout_ms * 1000000LL : 0;
    if (run_program(run, 0, &over)) {
      tree_collect(run->channel);
    } else if (run->on_error.argv[0] && !over) {
      run_program(run, 1, &over);
    }
  }
  frame(DONE, run->channel, "", 0);
  flush_frames();
  tree_clear();
}

static void serve(void) {
  sigset_t children;
  sigemptyset(&children);
  sigaddset(&children, SIGCHLD);
  sigprocmask(SIG_BLOCK, &children, NULL);
  ended_signals = signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
  no_input = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (pipe2(out_pipe, O_CLOEXEC) || pipe2(err_pipe, O_CLOEXEC) || ended_signals < 0 || no_input < 0) die("no pipe");
  fcntl(out_pipe[0], F_SETFL, O_NONBLOCK);
  fcntl(err_pipe[0], F_SETFL, O_NONBLOCK);
  if (user.change && (fchown(out_pipe[1], user.uid, user.gid) || fchown(err_pipe[1], user.uid, user.gid))) die("could not give the pipes to the user");
  uint8_t hello[8];
  put32(hello, VERSION);
  put32(hello + 4, 0);
  frame(HELLO, 0, hello, sizeof hello);
  flush_frames();
  for (;;) {
    while (!queued) take_input();
    struct run run = queue[0];
    memmove(queue, queue + 1, (size_t)--queued * sizeof *queue);
    current = &run;
    attempt(&run);
    current = NULL;
    free_run(&run);
  }
}

int main(int count, char **words) {
  signal(SIGPIPE, SIG_IGN);
  umask(022);
  syscall(436 /* close_range */, 3U, ~0U, 4U /* CLOSE_RANGE_CLOEXEC */);
  if (count < 5) {
    fprintf(stderr, "usage: trunkline-agent PFS_FOLDER TMP_FOLDER WORKING_DIR USER [HIDDEN_FOLDER...]\n");
    return 64;
  }
  enter_sandbox(words[1], words[2], words[3], words + 5);
  find_user(words[4]);
  tree_open();
  seal_sandbox();
  serve();
  return 0;
}
