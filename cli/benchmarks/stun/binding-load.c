/*
 * Sends Binding Requests as devices of TR-069 Annex G do (RFC 3489 without a cookie, USERNAME,
 * CONNECTION-REQUEST-BINDING) to a port of loopback, from several ports, and counts the Binding Responses with their
 * transaction ids. Prints one JSON object. It never sleeps: it is meant to have a core to itself.
 *
 *   binding-load PORT USERNAME WARM_UP_MS MS together COUNT       so many under way at any time
 *   binding-load PORT USERNAME WARM_UP_MS MS paced PER_SECOND     sent when due, whether or not others are answered
 *
 * The load lasts for WARM_UP_MS, which are not counted, and then MS. Times of a request run from when it was due, in
 * microseconds; an unanswered one counts as PATIENCE. `idle` is the share of the time in which there was nothing to send
 * or to receive.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { SOCKETS = 50, BATCH = 32, LONGEST = 512, HEADER = 20, KEY = 12, MOST_A_MS = 500 };

static const int64_t SECOND = 1000000000, MILLISECOND = 1000000;
/* Longer than an answer that comes at all takes on loopback. */
static const int64_t PATIENCE = 1000000000;

enum state { UNDER_WAY, ANSWERED, GIVEN_UP };

struct request {
  int64_t due, sent, answered;
  enum state state;
};

static struct request *requests;
static uint32_t made, capacity, oldest, under_way;
static uint32_t answered, wrong;
static int sockets[SOCKETS];
static uint8_t message[LONGEST];
static size_t message_bytes;

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * SECOND + time.tv_nsec;
}

static void fail(const char *what) {
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(2);
}

static void add_attribute(uint16_t type, const char *value) {
  size_t length = strlen(value), padded = (length + 3) / 4 * 4;
  if (message_bytes + 4 + padded > LONGEST) exit(2);
  uint16_t head[] = {htons(type), htons(padded)};
  memcpy(message + message_bytes, head, sizeof head);
  memcpy(message + message_bytes + 4, value, length);
  message_bytes += 4 + padded;
}

/* The transaction id is a random key of this process, then the number of the request. */
static void make_message(const char *username) {
  if (getrandom(message + 4, KEY, 0) != KEY) fail("getrandom");
  message[4] = 0;
  message[1] = 1;
  message_bytes = HEADER;
  add_attribute(0x0006, username);
  add_attribute(0xc001, "dslforum.org/TR-111 ");
  uint16_t length = htons(message_bytes - HEADER);
  memcpy(message + 2, &length, sizeof length);
}

static int open_sockets(uint16_t port) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  int poll = epoll_create1(0);
  for (int index = 0; index < SOCKETS; index++) {
    sockets[index] = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    struct epoll_event event = {.events = EPOLLIN, .data = {.fd = sockets[index]}};
    if (connect(sockets[index], (struct sockaddr *)&to, sizeof to) != 0) fail("connect");
    if (epoll_ctl(poll, EPOLL_CTL_ADD, sockets[index], &event) != 0) fail("epoll_ctl");
  }
  return poll;
}

/* What the system does not take is as good as lost on the way. */
static void send_request(int64_t due) {
  uint32_t number = made++;
  memcpy(message + 4 + KEY, &number, sizeof number);
  requests[number] = (struct request){.due = due, .sent = now(), .state = UNDER_WAY};
  under_way++;
  if (send(sockets[number % SOCKETS], message, message_bytes, 0) < 0 && errno != EAGAIN && errno != ECONNREFUSED)
    fail("send");
}

static void take_answer(const uint8_t *answer, size_t bytes, int64_t at) {
  uint32_t number;
  if (bytes < HEADER || answer[0] != 1 || answer[1] != 1 || memcmp(answer + 4, message + 4, KEY) != 0) {
    wrong++;
    return;
  }
  memcpy(&number, answer + 4 + KEY, sizeof number);
  if (number >= made || requests[number].state == ANSWERED) {
    wrong++;
    return;
  }
  if (requests[number].state == UNDER_WAY) under_way--;
  requests[number].state = ANSWERED;
  answered++;
  requests[number].answered = at;
}

static int receive(int poll) {
  static uint8_t buffers[BATCH][LONGEST];
  struct epoll_event ready[SOCKETS];
  struct mmsghdr heads[BATCH];
  struct iovec parts[BATCH];
  int taken = 0, count = epoll_wait(poll, ready, SOCKETS, 0);
  for (int index = 0; index < count; index++) {
    memset(heads, 0, sizeof heads);
    for (int slot = 0; slot < BATCH; slot++) {
      parts[slot] = (struct iovec){buffers[slot], LONGEST};
      heads[slot].msg_hdr = (struct msghdr){.msg_iov = &parts[slot], .msg_iovlen = 1};
    }
    int received = recvmmsg(ready[index].data.fd, heads, BATCH, MSG_DONTWAIT, NULL);
    int64_t at = now();
    for (int slot = 0; slot < received; slot++) take_answer(buffers[slot], heads[slot].msg_len, at);
    if (received > 0) taken += received;
  }
  return taken;
}

static void give_up_late_ones(int64_t at) {
  for (; oldest < made; oldest++) {
    struct request *request = &requests[oldest];
    if (request->state == UNDER_WAY) {
      if (at - request->sent < PATIENCE) return;
      request->state = GIVEN_UP;
      under_way--;
    }
  }
}

static int ascending(const void *a, const void *b) {
  int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
  return (left > right) - (left < right);
}

/* The nearest rank, in microseconds. */
static double percentile(const int64_t *ordered, uint32_t count, double percent) {
  uint32_t rank = (uint32_t)(percent / 100 * count + 0.999999);
  return count == 0 ? -1 : ordered[rank == 0 ? 0 : rank - 1] / 1e3;
}

static void report(int64_t from, int64_t to, int64_t idle) {
  int64_t *latencies = malloc(made * sizeof *latencies), *delays = malloc(made * sizeof *delays);
  if (latencies == NULL || delays == NULL) fail("malloc");
  uint32_t due = 0, lost = 0, in_time = 0;
  for (uint32_t number = 0; number < made; number++) {
    struct request *request = &requests[number];
    if (request->state == ANSWERED && request->answered >= from && request->answered < to) in_time++;
    if (request->due < from || request->due >= to) continue;
    if (request->state != ANSWERED) lost++;
    latencies[due] = request->state == ANSWERED ? request->answered - request->due : PATIENCE;
    delays[due++] = request->sent - request->due;
  }
  qsort(latencies, due, sizeof *latencies, ascending);
  qsort(delays, due, sizeof *delays, ascending);
  printf("{\"perSecond\":%.1f,\"sent\":%u,\"lost\":%u,\"wrong\":%u,\"answered\":%u,\"idle\":%.3f,",
         in_time * 1e9 / (to - from), due, lost, wrong, answered, (double)idle / (to - from));
  printf("\"latencyUs\":{\"median\":%.1f,\"p99\":%.1f,\"largest\":%.1f},", percentile(latencies, due, 50),
         percentile(latencies, due, 99), percentile(latencies, due, 100));
  printf("\"sentLateUs\":{\"p99\":%.1f,\"largest\":%.1f}}\n", percentile(delays, due, 99), percentile(delays, due, 100));
}

int main(int count, char **arguments) {
  if (count != 7) return 2;
  int64_t warm_up_ms = atoi(arguments[3]), ms = atoi(arguments[4]);
  int paced = strcmp(arguments[5], "paced") == 0;
  uint32_t amount = atoi(arguments[6]);
  capacity = (warm_up_ms + ms) * MOST_A_MS;
  requests = calloc(capacity, sizeof *requests);
  if (requests == NULL) fail("calloc");
  make_message(arguments[2]);
  int poll = open_sockets(atoi(arguments[1]));

  int64_t begun = now(), from = begun + warm_up_ms * MILLISECOND, to = from + ms * MILLISECOND, idle = 0;
  for (int64_t at = begun, next; at < to + PATIENCE && (at < to || under_way > 0); at = next) {
    int busy = receive(poll) > 0;
    give_up_late_ones(at);
    while (at < to && made < capacity) {
      int64_t due = paced ? begun + made * SECOND / amount : at;
      if (paced ? due > at : under_way >= amount) break;
      send_request(due);
      busy = 1;
    }
    next = now();
    if (!busy && at >= from && at < to) idle += next - at;
  }
  report(from, to, idle);
  return 0;
}
