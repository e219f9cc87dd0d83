/**
 * An AF_PACKET socket with a TPACKET_V3 receive ring in shared memory. packet(7); linux/if_packet.h.
 * Only `copyBlock` reads the shared memory, into memory of the caller: after `close` the mapping is gone, and a view of it
 * that somebody had kept would end the process.
 */
import { existsSync, readFileSync } from 'node:fs';
import { UserError } from '../../src/errors.js';
import { type BpfInstruction, programBytes, REJECT_ALL } from './bpf-program.js';
import { IS_LITTLE_ENDIAN, viewOf, words } from './host-order.js';
import type { Libc } from './libc.js';
import { Block, VLAN_TAG_LEN } from './ring-blocks.js';
import { RingUnavailable } from './ring-unavailable.js';

export interface RingShape {
  /** Bytes of a block; a multiple of the page size. */
  readonly blockLen: number;
  readonly blocks: number;
  /** A block with frames in it is ours after this, full or not. */
  readonly retireMs: number;
}

export interface SocketOptions extends RingShape {
  readonly device: string;
  /** Sockets of one number share the frames by flow (PACKET_FANOUT_HASH); null = all frames are ours. */
  readonly fanout: number | null;
  /** Own outgoing frames do not even come near the socket (Linux 4.20; before, the filter keeps them out). */
  readonly ignoreOutgoing: boolean;
}

export interface RingStatistics {
  /** Frames since the last call that passed the filter, dropped ones included. */
  readonly frames: number;
  /** Of those, the ones that found no room in the ring. */
  readonly drops: number;
}

const AF_PACKET = 17;
const SOCK_RAW_CLOEXEC = 3 | 0o2000000;
const ETH_P_ALL = 3;
const SOL_SOCKET = 1;
const SO_ERROR = 4;
const SO_ATTACH_FILTER = 26;
const SOL_PACKET = 263;
const Option = {
  addMembership: 1,
  rxRing: 5,
  statistics: 6,
  version: 10,
  reserve: 12,
  fanout: 18,
  ignoreOutgoing: 23,
} as const;
const TPACKET_V3 = 2;
const PACKET_MR_PROMISC = 1;
/** sockaddr_ll: family 2, protocol 2 (network order), index 4, hardware type 2, packet type 1, length 1, address 8. */
const ADDRESS_LEN = 20;
const HARDWARE_TYPE_AT = 8;
/** Only divides a block for the kernel's own check; TPACKET_V3 packs frames of any length. */
const NOMINAL_FRAME_LEN = 2048;
const TP_STATUS_USER = 1;
const POLLERR = 8;

/** ARPHRD_ (linux/if_arp.h) → LINKTYPE_. The others have headers or quirks that libpcap knows: those are tcpdump's. */
const LINK_TYPES: ReadonlyMap<number, number> = new Map([
  [1, 1], // ether
  [772, 1], // loopback
  [519, 101], // rawip
  [0xfffe, 101], // none: tun, wireguard
]);

export class PacketSocket {
  readonly linkType: number;
  readonly #libc: Libc;
  readonly #fd: number;
  /** Ends a `wait` early. */
  readonly #waker: number;
  readonly #shape: RingShape;
  readonly #ring: { readonly pointer: unknown; readonly memory: ArrayBuffer };
  /** Referenced while the kernel may read it through its address. */
  #program: Uint8Array = new Uint8Array(0);
  #bytes: Uint8Array;
  /** Over whole 32-bit words of the ring, for block_status. */
  #words: Int32Array;

  /** Opens with a filter that takes nothing. Throws RingUnavailable when no ring is to be had, UserError when no capture is. */
  static open(libc: Libc, options: SocketOptions): PacketSocket {
    const { device } = options;
    if (device === 'any') throw new RingUnavailable('all interfaces', 'a ring is of one interface, "any" is all');
    const index = libc.interfaceIndex(device);
    if (index === 0) throw interfaceUnknown(device);
    const tagging = dsaTagging(device);
    if (tagging !== null)
      throw new RingUnavailable(`${tagging} switch tags`, `${device} carries switch tags: ${tagging}`);
    // Protocol 0: nothing arrives before the ring and its filter are there.
    const fd = libc.socket(AF_PACKET, SOCK_RAW_CLOEXEC, 0);
    if (fd < 0) throw noSocket(libc.errorName());
    try {
      return new PacketSocket(libc, fd, index, options);
    } catch (error) {
      libc.close(fd);
      throw error;
    }
  }

  private constructor(libc: Libc, fd: number, index: number, options: SocketOptions) {
    const { device, blockLen, blocks, retireMs, fanout, ignoreOutgoing } = options;
    this.#libc = libc;
    this.#fd = fd;
    this.#shape = options;
    this.#set('PACKET_VERSION', Option.version, words(TPACKET_V3));
    this.#set('PACKET_RESERVE', Option.reserve, words(VLAN_TAG_LEN)); // for the tag that comes back
    const frames = Math.floor(blockLen / NOMINAL_FRAME_LEN) * blocks;
    this.#set('PACKET_RX_RING', Option.rxRing, words(blockLen, blocks, NOMINAL_FRAME_LEN, frames, retireMs, 0, 0));
    this.attach(REJECT_ALL);
    if (ignoreOutgoing) libc.setsockopt(fd, SOL_PACKET, Option.ignoreOutgoing, words(1));
    this.linkType = this.#bind(device, index);
    if (fanout !== null) this.#set('PACKET_FANOUT', Option.fanout, words(fanout)); // type in the upper half: 0 = by flow
    // As tcpdump does by default: a mirror port shows the frames of others. Where it is refused, ours are enough.
    libc.setsockopt(fd, SOL_PACKET, Option.addMembership, membership(index));
    this.#waker = libc.eventfd();
    const ring = libc.map(fd, blockLen * blocks);
    if (ring === null) {
      libc.close(this.#waker);
      throw new RingUnavailable('no memory', `mmap of the packet ring failed: ${libc.errorName()}`);
    }
    this.#ring = ring;
    this.#bytes = new Uint8Array(ring.memory);
    this.#words = new Int32Array(ring.memory);
    this.statistics();
  }

  /** Replaces the filter at once. The program decides what is taken, and how much of it. */
  attach(program: readonly BpfInstruction[]): void {
    const { pointerLen } = this.#libc;
    this.#program = programBytes(program);
    // struct sock_fprog: unsigned short len, padding, pointer.
    const argument = new Uint8Array(2 * pointerLen);
    const view = viewOf(argument);
    view.setUint16(0, program.length, IS_LITTLE_ENDIAN);
    const address = this.#libc.addressOf(this.#program);
    if (pointerLen === 8) view.setBigUint64(8, address, IS_LITTLE_ENDIAN);
    else view.setUint32(4, Number(address), IS_LITTLE_ENDIAN);
    if (this.#libc.setsockopt(this.#fd, SOL_SOCKET, SO_ATTACH_FILTER, argument) < 0) {
      throw new RingUnavailable('filter refused', `SO_ATTACH_FILTER failed: ${this.#libc.errorName()}`);
    }
  }

  /** The kernel has handed this block over. */
  isReady(block: number): boolean {
    return (Atomics.load(this.#words, this.#statusAt(block)) & TP_STATUS_USER) !== 0;
  }

  /** Copies the used part of a block that is ready. `into` has the length of a block. */
  copyBlock(block: number, into: Uint8Array): void {
    const from = block * this.#shape.blockLen;
    const used = this.#words[(from + Block.lengthAt) >> 2]! >>> 0;
    const length = Math.min(Math.max(used, Block.headerLen), this.#shape.blockLen);
    into.set(this.#bytes.subarray(from, from + length));
  }

  /** Gives a block back to the kernel. */
  release(block: number): void {
    Atomics.store(this.#words, this.#statusAt(block), 0);
  }

  /** What the kernel counted since the last call; it starts again from 0. */
  statistics(): RingStatistics {
    const counters = words(0, 0, 0);
    this.#libc.getsockopt(this.#fd, SOL_PACKET, Option.statistics, counters);
    const view = viewOf(counters);
    return { frames: view.getUint32(0, IS_LITTLE_ENDIAN), drops: view.getUint32(4, IS_LITTLE_ENDIAN) };
  }

  /** Resolves when a block is ready, the time is over, `wake` was called, or the interface has failed (then with the name of the failure). */
  async wait(timeoutMs: number): Promise<string | null> {
    const events = await this.#libc.pollReadable(this.#fd, this.#waker, timeoutMs);
    return (events & POLLERR) === 0 ? null : this.#takeError();
  }

  /** Ends the `wait` that is pending, and every later one at once. */
  wake(): void {
    this.#libc.wake(this.#waker);
  }

  /** Call once, and not while a `wait` is pending. */
  close(): void {
    this.#bytes = new Uint8Array(0);
    this.#words = new Int32Array(0);
    this.#libc.unmap(this.#ring.pointer, this.#shape.blockLen * this.#shape.blocks);
    this.#libc.close(this.#fd);
    this.#libc.close(this.#waker);
  }

  #statusAt(block: number): number {
    return (block * this.#shape.blockLen + Block.statusAt) >> 2;
  }

  /** Returns the link type the interface has. */
  #bind(device: string, index: number): number {
    const address = new Uint8Array(ADDRESS_LEN);
    const view = viewOf(address);
    view.setUint16(0, AF_PACKET, IS_LITTLE_ENDIAN);
    view.setUint16(2, ETH_P_ALL);
    view.setInt32(4, index, IS_LITTLE_ENDIAN);
    if (this.#libc.bind(this.#fd, address) < 0) {
      const error = this.#libc.errorName();
      throw error === 'ENODEV' ? interfaceUnknown(device) : noSocket(error);
    }
    const error = this.#takeError();
    if (error === 'ENETDOWN') throw interfaceDown(device);
    if (error !== null) throw noSocket(error);
    this.#libc.getsockname(this.#fd, address);
    const hardware = view.getUint16(HARDWARE_TYPE_AT, IS_LITTLE_ENDIAN);
    const linkType = LINK_TYPES.get(hardware);
    if (linkType !== undefined) return linkType;
    throw new RingUnavailable(
      `link type ${hardware}`,
      `${device} is neither Ethernet nor plain IP: ARPHRD ${hardware}`,
    );
  }

  #takeError(): string | null {
    const code = words(0);
    this.#libc.getsockopt(this.#fd, SOL_SOCKET, SO_ERROR, code);
    const value = viewOf(code).getUint32(0, IS_LITTLE_ENDIAN);
    return value === 0 ? null : this.#libc.nameOf(value);
  }

  #set(name: string, option: number, value: Uint8Array): void {
    if (this.#libc.setsockopt(this.#fd, SOL_PACKET, option, value) >= 0) return;
    const error = this.#libc.errorName();
    throw new RingUnavailable(`${name} ${error}`, `setsockopt ${name} failed: ${error}`);
  }
}

/** struct packet_mreq: index 4, type 2, address length 2, address 8. */
function membership(index: number): Uint8Array {
  const request = new Uint8Array(16);
  viewOf(request).setInt32(0, index, IS_LITTLE_ENDIAN);
  viewOf(request).setUint16(4, PACKET_MR_PROMISC, IS_LITTLE_ENDIAN);
  return request;
}

/** The conduit of a switch chip carries its tags inside the frame; libpcap reads the same file. */
function dsaTagging(device: string): string | null {
  const path = `/sys/class/net/${device}/dsa/tagging`;
  if (!existsSync(path)) return null;
  const name = readFileSync(path, 'latin1').trim().slice(0, 20);
  return name === 'none' ? null : name;
}

function noSocket(error: string): RingUnavailable {
  if (error === 'EPERM' || error === 'EACCES') {
    return new RingUnavailable('no CAP_NET_RAW', `this process may not open a packet socket: ${error}`);
  }
  return new RingUnavailable(`packet socket ${error}`, `cannot open a packet socket: ${error}`);
}

function interfaceUnknown(device: string): UserError {
  const what = `there is no network interface ${device}`;
  return new UserError('INTERFACE_UNKNOWN', what, 'See "ip -br link" for the interfaces there are.');
}

export function interfaceDown(device: string): UserError {
  return new UserError('INTERFACE_DOWN', `${device} is down`, `Bring it up: sudo ip link set ${device} up.`);
}
