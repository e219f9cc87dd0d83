/** What FastNetMon 1.2.4 (Debian) wrote to the stdin of its notify script under a UDP flood of 9000 packets a second, flows and packets cut to a few. */

const FIELDS = `IP: 198.51.100.7
Attack type: udp_flood
Initial attack power: 4011 packets per second
Peak attack power: 4011 packets per second
Attack direction: incoming
Attack protocol: udp
Total incoming traffic: 3 mbps
Total outgoing traffic: 0 mbps
Total incoming pps: 4011 packets per second
Total outgoing pps: 0 packets per second
Total incoming flows: 6233 flows per second
Total outgoing flows: 0 flows per second
Average incoming traffic: 3 mbps
Average outgoing traffic: 0 mbps
Average incoming pps: 4011 packets per second
Average outgoing pps: 0 packets per second
Average incoming flows: 6233 flows per second
Average outgoing flows: 0 flows per second
Incoming ip fragmented traffic: 0 mbps
Outgoing ip fragmented traffic: 0 mbps
Incoming ip fragmented pps: 0 packets per second
Outgoing ip fragmented pps: 0 packets per second
Incoming tcp traffic: 0 mbps
Outgoing tcp traffic: 0 mbps
Incoming tcp pps: 0 packets per second
Outgoing tcp pps: 0 packets per second
Incoming syn tcp traffic: 0 mbps
Outgoing syn tcp traffic: 0 mbps
Incoming syn tcp pps: 0 packets per second
Outgoing syn tcp pps: 0 packets per second
Incoming udp traffic: 3 mbps
Outgoing udp traffic: 0 mbps
Incoming udp pps: 4011 packets per second
Outgoing udp pps: 0 packets per second
Incoming icmp traffic: 0 mbps
Outgoing icmp traffic: 0 mbps
Incoming icmp pps: 0 packets per second
Outgoing icmp pps: 0 packets per second

Average packet size for incoming traffic: 100.0 bytes 
Average packet size for outgoing traffic: 0.0 bytes 
`;

export const BAN_DETAILS = `${FIELDS}Incoming

UDP flows: 9167
198.51.100.7:7 < 10.12.248.155:54264 100 bytes 1 packets
198.51.100.7:10 < 10.72.52.28:11784 100 bytes 1 packets
198.51.100.7:11 < 10.3.157.91:42485 100 bytes 1 packets
198.51.100.7:16 < 10.129.37.64:5119 100 bytes 1 packets
`;

export const ATTACK_DETAILS = `${FIELDS}

2026-11-23 05:30:03.817472 10.150.223.78:39946 > 198.51.100.7:50769 protocol: udp frag: 0  packets: 1 size: 100 bytes ttl: 64 sample ratio: 1  
2026-11-23 05:30:03.817502 10.54.251.79:48954 > 198.51.100.7:35508 protocol: udp frag: 0  packets: 1 size: 100 bytes ttl: 64 sample ratio: 1  
2026-11-23 05:30:03.817509 10.57.61.177:19416 > 198.51.100.7:59585 protocol: udp frag: 0  packets: 1 size: 100 bytes ttl: 64 sample ratio: 1  
`;
