// batched-sends CONNECTIONS ROUNDS BYTES: what one event for each of many connections costs the one who sends, by send() and by io_uring with up to 256
// sends at once, in turn, over loopback; user and kernel time of the sending process, in microseconds a send. A child reads everything.
//   gcc -O2 -o batched-sends batched-sends.c && ./batched-sends 5000 40 100
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/io_uring.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static unsigned *tail, *mask, *array, *done_head, *done_tail, *done_mask;
static struct io_uring_sqe *entries;
static struct io_uring_cqe *completions;
static int ring = -1;

static void fail(const char *what) { perror(what); exit(1); }

static double cpu(void) {
  struct rusage u;
  getrusage(RUSAGE_SELF, &u);
  return u.ru_utime.tv_sec * 1e6 + u.ru_utime.tv_usec + u.ru_stime.tv_sec * 1e6 + u.ru_stime.tv_usec;
}

static int open_ring(const int *sockets, int count) {
  struct io_uring_params p = {.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN};
  if ((ring = syscall(SYS_io_uring_setup, 256, &p)) < 0) return 0;
  char *s = mmap(0, p.sq_off.array + p.sq_entries * 4, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQ_RING);
  char *c = mmap(0, p.cq_off.cqes + p.cq_entries * sizeof *completions, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_CQ_RING);
  entries = mmap(0, p.sq_entries * sizeof *entries, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, IORING_OFF_SQES);
  tail = (void *)(s + p.sq_off.tail), mask = (void *)(s + p.sq_off.ring_mask), array = (void *)(s + p.sq_off.array);
  done_head = (void *)(c + p.cq_off.head), done_tail = (void *)(c + p.cq_off.tail), done_mask = (void *)(c + p.cq_off.ring_mask);
  completions = (void *)(c + p.cq_off.cqes);
  if (syscall(SYS_io_uring_register, ring, IORING_REGISTER_FILES, sockets, count) < 0) fail("register");
  return 1;
}

// One event for each connection, so many of them in a call.
static void send_batched(int count, const char *event, int bytes, int batch, int skips) {
  for (int first = 0; first < count; first += batch) {
    int n = count - first < batch ? count - first : batch;
    for (int i = 0; i < n; i++) {
      unsigned at = *tail & *mask;
      struct io_uring_sqe *e = &entries[at];
      memset(e, 0, sizeof *e);
      e->opcode = IORING_OP_SEND, e->fd = first + i, e->addr = (unsigned long)event, e->len = bytes, e->msg_flags = MSG_DONTWAIT | MSG_NOSIGNAL;
      e->flags = IOSQE_FIXED_FILE | (skips && i < n - 1 ? IOSQE_CQE_SKIP_SUCCESS : 0);
      array[at] = at;
      __atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
    }
    if (syscall(SYS_io_uring_enter, ring, n, skips ? 1 : n, IORING_ENTER_GETEVENTS, 0, 0) != n) fail("enter");
    unsigned h = *done_head, t = __atomic_load_n(done_tail, __ATOMIC_ACQUIRE);
    for (; h != t; h++) {
      if (completions[h & *done_mask].res != bytes) fprintf(stderr, "sent %d\n", completions[h & *done_mask].res), exit(1);
    }
    __atomic_store_n(done_head, h, __ATOMIC_RELEASE);
  }
}

static void send_each(const int *sockets, int count, const char *event, int bytes) {
  for (int i = 0; i < count; i++) {
    if (send(sockets[i], event, bytes, MSG_DONTWAIT | MSG_NOSIGNAL) != bytes) fail("send");
  }
}

static void read_all(struct sockaddr_in *to, int count) {
  static char buffer[1 << 16];
  int poll = epoll_create1(0);
  for (int i = 0; i < count; i++) {
    int s = socket(AF_INET, SOCK_STREAM, 0);
    struct epoll_event e = {.events = EPOLLIN, .data.fd = s};
    if (connect(s, (void *)to, sizeof *to) < 0 || epoll_ctl(poll, EPOLL_CTL_ADD, s, &e) < 0) fail("connect");
  }
  struct epoll_event ready[512];
  for (int left = count; left > 0;) {
    int n = epoll_wait(poll, ready, 512, -1);
    for (int i = 0; i < n; i++) {
      if (recv(ready[i].data.fd, buffer, sizeof buffer, 0) <= 0) close(ready[i].data.fd), left--;
    }
  }
  exit(0);
}

int main(int argc, char **argv) {
  int count = argc > 1 ? atoi(argv[1]) : 5000, rounds = argc > 2 ? atoi(argv[2]) : 40, bytes = argc > 3 ? atoi(argv[3]) : 100;
  struct rlimit files = {1 << 16, 1 << 16};
  setrlimit(RLIMIT_NOFILE, &files);
  int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof at;
  if (bind(listener, (void *)&at, length) < 0 || listen(listener, 4096) < 0 || getsockname(listener, (void *)&at, &length) < 0) fail("listen");
  pid_t reader = fork();
  if (reader == 0) close(listener), read_all(&at, count);
  int *sockets = malloc(count * sizeof *sockets);
  for (int i = 0; i < count; i++) {
    if ((sockets[i] = accept(listener, 0, 0)) < 0) fail("accept");
    setsockopt(sockets[i], IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  }
  char *event = malloc(bytes);
  memset(event, 'x', bytes);
  int has_ring = open_ring(sockets, count);
  if (!has_ring) perror("io_uring");
  const char *names[] = {"send()", "io_uring, 1", "io_uring, 32", "io_uring, 256", "io_uring, 256, one completion"};
  int batches[] = {0, 1, 32, 256, 256};
  double spent[5] = {0};
  for (int r = -2; r < rounds; r++) {
    for (int m = 0; m < (has_ring ? 5 : 1); m++) {
      double before = cpu();
      if (m == 0) send_each(sockets, count, event, bytes);
      else send_batched(count, event, bytes, batches[m], m == 4);
      if (r >= 0) spent[m] += cpu() - before;
      usleep(100000);
    }
  }
  for (int m = 0; m < (has_ring ? 5 : 1); m++) printf("%-30s %.2f us\n", names[m], spent[m] / rounds / count);
  kill(reader, SIGKILL); // the ring keeps the sockets open for a while
  wait(0);
}
