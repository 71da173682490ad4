/* What the parts of the agent share: docs/format/agent.md has the protocol, agent.c the story. */
#ifndef TRUNKLINE_AGENT_H
#define TRUNKLINE_AGENT_H

#include <errno.h>
#include <stdint.h>
#include <sys/types.h>

enum { VERSION = 2, FRAME_MAX = 16 << 20, PIECE = 256 << 10, QUEUE = 8, TEXT = 6144 };
enum { FILE_FRAME = 1, DATA = 2, RUN = 3, KILL = 4, CREDIT = 5 };
enum { HELLO = 16, OUT = 17, ERR = 18, ENDED = 19, REFUSED = 20, TROUBLE = 21, OUTPUT = 22, MORE = 23, BAD = 24, DONE = 25, KILLED = 256 };

/* The user that programs run as; nobody's number means: as the agent itself. */
struct user {
  uid_t uid;
  gid_t gid;
  int change;
};
extern struct user user;

/* agent.c: frames out. Bodies are made of pieces; what is queued leaves with flush(). */
void die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
void frame(uint8_t type, uint32_t channel, const void *body, size_t length);
void flush_frames(void);
void put32(uint8_t *at, uint32_t value);
int write_all(int fd, const void *from, size_t count);

/* sandbox.c: enters a new sandbox as its first process; the caller's process never returns. */
void enter_sandbox(const char *pfs, const char *tmp, const char *working_dir, char **hidden);
void seal_sandbox(void);
void find_user(const char *text);

/* tree.c: the files of datums. Those that wait for their turn lie where programs cannot see them. */
void tree_open(void);
void tree_file(uint32_t channel, char *path, const uint8_t *data, size_t length);
void tree_data(uint32_t channel, const uint8_t *data, size_t length);
int tree_laid(uint32_t channel, char *reason);
int tree_show(uint32_t channel, char **env, char *reason);
void tree_drop(uint32_t channel);
void tree_collect(uint32_t channel);
void tree_clear(void);

#endif
