/* timed [-t COLUMNSxROWS] COMMAND ARG...: runs a command and says on descriptor 3 what it took, one JSON line at the start
 * ({"pid", "startNs"}) and one at the end (wall time from just before fork to the return of wait4, CPU and peak memory of the
 * command and of the children it waited for). Times are CLOCK_MONOTONIC, as process.hrtime().
 * -t gives it a pseudo-terminal of that size: our stdin are its keys, its output goes to our stdout as it is.
 * A small program on purpose: the peak of a child begins with the memory of the process that forked it. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define REPORT_FD 3

static pid_t child;

static uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static double seconds(struct timeval t) { return (double)t.tv_sec + (double)t.tv_usec / 1e6; }

static void forward(int signal_number) {
  if (child > 0) kill(child, signal_number);
}

/* Copies keys in and output out until the terminal is closed. */
static void relay(int terminal) {
  static char buffer[65536];
  struct pollfd ends[2] = {{terminal, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
  for (;;) {
    if (poll(ends, 2, -1) < 0) {
      if (errno == EINTR) continue;
      return;
    }
    if (ends[1].revents) {
      ssize_t length = read(STDIN_FILENO, buffer, sizeof buffer);
      if (length <= 0) ends[1].fd = -1;
      else if (write(terminal, buffer, (size_t)length) < 0) return;
    }
    if (ends[0].revents) {
      ssize_t length = read(terminal, buffer, sizeof buffer);
      if (length <= 0) return;
      for (ssize_t at = 0; at < length;) {
        ssize_t written = write(STDOUT_FILENO, buffer + at, (size_t)(length - at));
        if (written < 0) return;
        at += written;
      }
    }
  }
}

int main(int count, char **words) {
  struct winsize size = {0};
  int terminal = -1, first = 1;
  if (count > 3 && strcmp(words[1], "-t") == 0) {
    if (sscanf(words[2], "%hux%hu", &size.ws_col, &size.ws_row) != 2) return 2;
    first = 3;
  }
  if (first >= count) return 2;
  fcntl(REPORT_FD, F_SETFD, FD_CLOEXEC);
  uint64_t start = now_ns();
  child = first == 3 ? forkpty(&terminal, NULL, NULL, &size) : fork();
  if (child < 0) return 1;
  if (child == 0) {
    execvp(words[first], words + first);
    dprintf(STDERR_FILENO, "timed: cannot run %s: %s\n", words[first], strerror(errno));
    _exit(127);
  }
  signal(SIGINT, forward);
  signal(SIGTERM, forward);
  dprintf(REPORT_FD, "{\"pid\":%d,\"startNs\":%llu}\n", (int)child, (unsigned long long)start);
  if (terminal >= 0) relay(terminal);
  int status = 0;
  struct rusage used;
  while (wait4(child, &status, 0, &used) < 0)
    if (errno != EINTR) return 1;
  uint64_t wall = now_ns() - start;
  int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  dprintf(REPORT_FD, "{\"wallSec\":%.6f,\"userSec\":%.6f,\"systemSec\":%.6f,\"peakMib\":%.3f,\"code\":%d}\n",
          (double)wall / 1e9, seconds(used.ru_utime), seconds(used.ru_stime), (double)used.ru_maxrss / 1024, code);
  return code;
}
