/** What the decoder must say about the packets of packet-bytes.ts; the fields are those tshark 4.0.17 prints for them. */
export const V4 = { version: 4, src: '10.0.0.1', dst: '10.0.0.2', ttl: 64 } as const;
export const V6 = { version: 6, src: '2001:db8::1', dst: '2001:db8::2', ttl: 63 } as const;
const SYN = { transport: 6, ports: [1234, 80], tcpFlags: 2, tcpWindow: 8192 } as const;
export const TCP4 = { ...V4, protocol: 6, ...SYN } as const;
export const TCP6 = { ...V6, protocol: 6, ...SYN } as const;
