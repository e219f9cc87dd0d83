// onset IF TARGET[/BITS] SECONDS PPS: UDP from random sources to the target, or to random addresses of the prefix, at a steady pace.
// stdout: "first SECONDS" with the wall clock of the first packet, as soon as it is sent; at the end "sent N".
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { FRAME = 100, SRC_AT = 26, DST_AT = 30, SPORT_AT = 34, DPORT_AT = 36 };

static uint64_t state = 88172645463325252ULL;

static uint32_t randomWord(void) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (uint32_t)(state >> 16);
}

static double secondsOf(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return time.tv_sec + time.tv_nsec * 1e-9;
}

static void prepare(uint8_t *frame) {
  static const uint8_t ethernet[] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0};
  memset(frame, 0, FRAME);
  memcpy(frame, ethernet, sizeof ethernet);
  frame[14] = 0x45;
  frame[17] = FRAME - 14;
  frame[22] = 64;
  frame[23] = 17;
  frame[39] = FRAME - 34;
}

int main(int count, char **words) {
  if (count != 5) return fprintf(stderr, "usage: onset IF TARGET[/BITS] SECONDS PPS\n"), 2;
  int bits = 32;
  char *slash = strchr(words[2], '/');
  if (slash) *slash = 0, bits = atoi(slash + 1);
  struct in_addr target;
  if (!inet_aton(words[2], &target)) return fprintf(stderr, "onset: no address: %s\n", words[2]), 2;
  const double length = atof(words[3]), pps = atof(words[4]);
  const uint32_t base = ntohl(target.s_addr), hosts = bits >= 32 ? 1 : 1u << (32 - bits);
  int fd = socket(AF_PACKET, SOCK_RAW, 0);
  struct sockaddr_ll address = {.sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(words[1])};
  if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0) return perror("onset"), 1;
  state ^= (uint64_t)(secondsOf(CLOCK_REALTIME) * 1e6) * 0x9e3779b97f4a7c15ULL;
  uint8_t frame[FRAME];
  prepare(frame);
  const double start = secondsOf(CLOCK_MONOTONIC);
  uint64_t sent = 0, failed = 0;
  for (;;) {
    const double passed = secondsOf(CLOCK_MONOTONIC) - start;
    if (passed >= length) break;
    const double due = passed * pps + 1;
    if (sent + failed >= due) {
      usleep(200);
      continue;
    }
    const uint32_t source = htonl(0x0a000000u | (randomWord() & 0xffffff));
    const uint32_t destination = htonl(base + (hosts > 1 ? randomWord() % hosts : 0));
    const uint32_t ports = randomWord();
    memcpy(frame + SRC_AT, &source, 4);
    memcpy(frame + DST_AT, &destination, 4);
    memcpy(frame + SPORT_AT, &ports, 4);
    if (sent == 0) {
      printf("first %.6f\n", secondsOf(CLOCK_REALTIME));
      fflush(stdout);
    }
    if (send(fd, frame, FRAME, 0) == FRAME) sent += 1;
    else failed += 1;
  }
  printf("sent %lu failed %lu\n", (unsigned long)sent, (unsigned long)failed);
  return 0;
}
