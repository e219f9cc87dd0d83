/* exact DIMENSION COUNT FILE: exact counts of one dimension of a little-endian microsecond pcap of Ethernet frames, to hold
 * the bounded tables against. Dimensions: sources targets sourcePrefixes targetPrefixes (/24, /64) sourcePorts targetPorts
 * flows. Prints "distinct N", then "packets KEY PACKETS BYTES" and "bytes KEY PACKETS BYTES" for every key that is not below
 * the COUNTth largest (ties included), unsorted. Keys are whole; a flow's is a fingerprint of 128 bits.
 * 32 B an entry: 10 M keys take 1 GiB. */
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  uint64_t high, low, packets, bytes;
} entry;

typedef struct {
  const uint8_t *source, *target; /* 4 or 16 bytes */
  int version;
  uint8_t protocol;
  uint32_t source_port, target_port;
  int has_ports;
} packet;

#define MAX_TIES 100000

static entry *table;
static uint64_t capacity = 1u << 20, used;

static uint64_t mix(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

static entry *slot(uint64_t high, uint64_t low) {
  uint64_t at = mix(high ^ mix(low + 0x9E3779B97F4A7C15u)) & (capacity - 1);
  while (table[at].packets != 0 && (table[at].high != high || table[at].low != low)) at = (at + 1) & (capacity - 1);
  return table + at;
}

static entry *allocate(uint64_t entries) {
  entry *made = calloc(entries, sizeof *made);
  if (made == NULL) {
    fprintf(stderr, "exact: no memory for %llu keys\n", (unsigned long long)entries);
    exit(1);
  }
  return made;
}

static void grow(void) {
  entry *old = table;
  uint64_t entries = capacity;
  capacity *= 2;
  table = allocate(capacity);
  for (uint64_t i = 0; i < entries; i += 1)
    if (old[i].packets != 0) *slot(old[i].high, old[i].low) = old[i];
  free(old);
}

static void add(uint64_t high, uint64_t low, uint32_t bytes) {
  entry *found = slot(high, low);
  if (found->packets == 0) {
    found->high = high;
    found->low = low;
    used += 1;
  }
  found->packets += 1;
  found->bytes += bytes;
  if (used * 10 > capacity * 6) grow();
}

static uint64_t word(const uint8_t *bytes) {
  uint64_t value = 0;
  for (int i = 0; i < 8; i += 1) value = value << 8 | bytes[i];
  return value;
}

/* An address as 128 bits; IPv4 as ::ffff:a.b.c.d. */
static void address_words(const packet *p, const uint8_t *address, uint64_t *high, uint64_t *low) {
  *high = p->version == 6 ? word(address) : 0;
  *low = p->version == 6 ? word(address + 8)
                         : 0xFFFF00000000u | (uint64_t)address[0] << 24 | address[1] << 16 | address[2] << 8 | address[3];
}

static void add_address(const packet *p, const uint8_t *address, int is_prefix, uint32_t bytes) {
  uint64_t high, low;
  address_words(p, address, &high, &low);
  if (is_prefix) low = p->version == 6 ? 0 : low & ~0xFFull;
  add(high, low, bytes);
}

static void add_flow(const packet *p, uint32_t bytes) {
  uint64_t words[5];
  address_words(p, p->source, words, words + 1);
  address_words(p, p->target, words + 2, words + 3);
  words[4] = (uint64_t)p->source_port << 40 | (uint64_t)p->target_port << 16 | p->protocol;
  uint64_t high = 1, low = 2;
  for (int i = 0; i < 5; i += 1) {
    high = mix(high + words[i]);
    low = mix(low ^ mix(words[i] + 0x9E3779B97F4A7C15u)) + high;
  }
  add(high, low, bytes);
}

/* 0 when there is no IP packet with its transport header in the captured bytes. */
static int decode(const uint8_t *frame, uint32_t length, packet *p) {
  uint32_t at = 12;
  if (length < 14) return 0;
  while (at + 4 <= length && ((frame[at] == 0x81 && frame[at + 1] == 0) || (frame[at] == 0x88 && frame[at + 1] == 0xA8))) at += 4;
  if (at + 2 > length) return 0;
  int type = frame[at] << 8 | frame[at + 1];
  const uint8_t *ip = frame + at + 2;
  uint32_t left = length - at - 2, header;
  if (type == 0x0800 && left >= 20) {
    *p = (packet){ip + 12, ip + 16, 4, ip[9], 0, 0, 0};
    header = (uint32_t)(ip[0] & 15) * 4;
  } else if (type == 0x86DD && left >= 40) {
    *p = (packet){ip + 8, ip + 24, 6, ip[6], 0, 0, 0};
    header = 40;
  } else {
    return 0;
  }
  if ((p->protocol == 6 || p->protocol == 17) && left >= header + 4) {
    p->source_port = (uint32_t)ip[header] << 8 | ip[header + 1];
    p->target_port = (uint32_t)ip[header + 2] << 8 | ip[header + 3];
    p->has_ports = 1;
  }
  return 1;
}

static void count(const char *dimension, const packet *p, uint32_t bytes) {
  if (strcmp(dimension, "flows") == 0) add_flow(p, bytes);
  else if (strncmp(dimension + 6, "Port", 4) == 0) {
    if (p->has_ports) add(0, dimension[0] == 's' ? p->source_port : p->target_port, bytes);
  } else add_address(p, dimension[0] == 's' ? p->source : p->target, strstr(dimension, "Prefixes") != NULL, bytes);
}

static int by_size(const void *a, const void *b) {
  uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
  return x < y ? 1 : x > y ? -1 : 0;
}

static void print_key(const char *dimension, const entry *e) {
  char text[INET6_ADDRSTRLEN];
  uint8_t raw[16];
  if (strncmp(dimension + 6, "Port", 4) == 0) {
    printf("%llu", (unsigned long long)e->low);
    return;
  }
  for (int i = 0; i < 8; i += 1) {
    raw[i] = (uint8_t)(e->high >> (56 - 8 * i));
    raw[8 + i] = (uint8_t)(e->low >> (56 - 8 * i));
  }
  int is_v4 = e->high == 0 && e->low >> 32 == 0xFFFF;
  printf("%s", is_v4 ? inet_ntop(AF_INET, raw + 12, text, sizeof text) : inet_ntop(AF_INET6, raw, text, sizeof text));
  if (strstr(dimension, "Prefixes") != NULL) printf(is_v4 ? "/24" : "/64");
}

static void print_top(const char *dimension, uint64_t top, int by_bytes) {
  uint64_t *sizes = malloc((used + 1) * sizeof *sizes), filled = 0, ties = 0;
  for (uint64_t i = 0; i < capacity; i += 1)
    if (table[i].packets != 0) sizes[filled++] = by_bytes ? table[i].bytes : table[i].packets;
  qsort(sizes, filled, sizeof *sizes, by_size);
  uint64_t least = filled == 0 ? 0 : sizes[top < filled ? top - 1 : filled - 1];
  free(sizes);
  for (uint64_t i = 0; i < capacity; i += 1) {
    const entry *e = table + i;
    uint64_t size = by_bytes ? e->bytes : e->packets;
    if (e->packets == 0 || size < least || (size == least && (ties += 1) > MAX_TIES)) continue;
    printf(by_bytes ? "bytes " : "packets ");
    print_key(dimension, e);
    printf(" %llu %llu\n", (unsigned long long)e->packets, (unsigned long long)e->bytes);
  }
}

int main(int argc, char **argv) {
  static uint8_t frame[1 << 18];
  uint32_t record[4];
  if (argc != 4) return 2;
  FILE *file = fopen(argv[3], "rb");
  if (file == NULL || fread(frame, 1, 24, file) != 24 || memcmp(frame, "\xd4\xc3\xb2\xa1", 4) != 0) {
    fprintf(stderr, "exact: %s is no little-endian microsecond pcap\n", argv[3]);
    return 1;
  }
  setvbuf(file, NULL, _IOFBF, 1 << 20);
  table = allocate(capacity);
  while (fread(record, 1, 16, file) == 16) {
    packet p;
    if (record[2] > sizeof frame || fread(frame, 1, record[2], file) != record[2]) break;
    if (decode(frame, record[2], &p)) count(argv[1], &p, record[3]);
  }
  printf("distinct %llu\n", (unsigned long long)used);
  if (strcmp(argv[1], "flows") == 0) return 0;
  print_top(argv[1], strtoull(argv[2], NULL, 10), 0);
  print_top(argv[1], strtoull(argv[2], NULL, 10), 1);
  return 0;
}
