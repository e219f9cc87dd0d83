/* count_live INTERFACE: libpcap's loop with a kernel buffer of 32 MiB that only counts, until SIGINT or SIGTERM.
 * Prints {"received", "dropped"}: what any receiver built on libpcap is held against. */
#include <pcap/pcap.h>
#include <signal.h>
#include <stdio.h>

#define BUFFER_BYTES (32 << 20)
#define SNAPLEN 256 /* as ddostop's default */

static pcap_t *handle;
static unsigned long long packets;

static void seen(u_char *user, const struct pcap_pkthdr *header, const u_char *bytes) {
  (void)user, (void)header, (void)bytes;
  packets += 1;
}

static void stop(int signal_number) {
  (void)signal_number;
  pcap_breakloop(handle);
}

int main(int argc, char **argv) {
  char error[PCAP_ERRBUF_SIZE];
  struct pcap_stat statistics = {0};
  if (argc != 2 || (handle = pcap_create(argv[1], error)) == NULL) return 2;
  pcap_set_snaplen(handle, SNAPLEN);
  pcap_set_timeout(handle, 10);
  pcap_set_buffer_size(handle, BUFFER_BYTES);
  if (pcap_activate(handle) < 0) {
    pcap_perror(handle, "count_live");
    return 1;
  }
  pcap_setdirection(handle, PCAP_D_IN);
  struct sigaction action = {.sa_handler = stop}; /* no SA_RESTART: the wait for packets ends */
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);
  pcap_loop(handle, -1, seen, NULL);
  pcap_stats(handle, &statistics);
  printf("{\"received\":%llu,\"dropped\":%u}\n", packets, statistics.ps_drop);
  return 0;
}
