/**
 * The C functions a packet ring needs, through koffi (koffi.dev), an optional native dependency. This is the only file that
 * knows it. It is loaded when a live interface is opened, never before; where it is missing, the reason is a RingUnavailable.
 */
import { createRequire } from 'node:module';
import { messageOf } from '../../src/errors.js';
import { IS_LITTLE_ENDIAN, viewOf, words } from './host-order.js';
import { RingUnavailable } from './ring-unavailable.js';

/** Struct arguments are bytes in host order; those a call writes to are written in place. */
export interface Libc {
  /** Bytes of a pointer: 4 or 8. */
  readonly pointerLen: number;
  socket(domain: number, type: number, protocol: number): number;
  bind(fd: number, address: Uint8Array): number;
  getsockname(fd: number, address: Uint8Array): number;
  setsockopt(fd: number, level: number, name: number, value: Uint8Array): number;
  getsockopt(fd: number, level: number, name: number, value: Uint8Array): number;
  interfaceIndex(name: string): number;
  /** Shared, readable and writable; null when it failed. Touching it after `unmap` ends the process. */
  map(fd: number, length: number): { readonly pointer: unknown; readonly memory: ArrayBuffer } | null;
  unmap(pointer: unknown, length: number): number;
  /** poll(2) of two descriptors on a thread of its own. Resolves with the revents of the first, 0 when the time is over. */
  pollReadable(fd: number, waker: number, timeoutMs: number): Promise<number>;
  /** A descriptor that becomes readable with `wake`, and stays so. */
  eventfd(): number;
  wake(fd: number): void;
  close(fd: number): number;
  /** Address of the first byte, for a pointer inside a struct; valid while `bytes` is referenced. */
  addressOf(bytes: Uint8Array): bigint;
  /** Name of the last failure: "EPERM". */
  errorName(): string;
  /** Name of an error number. */
  nameOf(code: number): string;
}

/** Finds the module; throws when it is not there. */
export type LoadKoffi = () => unknown;

/** Looks for koffi where Node would for an import in `file` (path or URL of the program). */
export function koffiNear(file: string): LoadKoffi {
  return () => createRequire(file)('koffi') as unknown;
}

/** What is used of koffi 3. */
interface Koffi {
  load(path: null): { func(definition: string): NativeFunction };
  address(value: Uint8Array): bigint;
  view(pointer: unknown, length: number): ArrayBuffer;
  sizeof(type: string): number;
  errno(): number;
  readonly os: { readonly errno: Readonly<Record<string, number>> };
}

interface NativeFunction {
  (...args: readonly unknown[]): unknown;
  async(...args: readonly unknown[]): void;
}

const PROT_READ_WRITE = 1 | 2;
const MAP_SHARED = 1;
/** struct pollfd: int fd, short events, short revents. */
const POLLFD_LEN = 8;
const EVENTFD_FLAGS = 0o2000000 | 0o4000; // EFD_CLOEXEC | EFD_NONBLOCK
const POLLIN = 1;

/** Throws RingUnavailable when koffi is not installed, has no binary for this system, or does not find these functions. */
export function loadLibc(loadKoffi: LoadKoffi): Libc {
  try {
    return bindLibc(loadKoffi() as Koffi);
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND';
    const short = isMissing ? 'no koffi' : 'koffi does not load';
    throw new RingUnavailable(short, `${short}: ${messageOf(error).split('\n')[0]}`, { cause: error });
  }
}

function bindLibc(koffi: Koffi): Libc {
  const c = koffi.load(null);
  const number = (definition: string) => c.func(definition) as unknown as (...args: readonly unknown[]) => number;
  const socket = number('int socket(int, int, int)');
  const bind = number('int bind(int, const void *, uint32_t)');
  const getsockname = number('int getsockname(int, void *, void *)');
  const setsockopt = number('int setsockopt(int, int, int, const void *, uint32_t)');
  const getsockopt = number('int getsockopt(int, int, int, void *, void *)');
  const interfaceIndex = number('unsigned int if_nametoindex(const char *)');
  const mmap = c.func('void *mmap(void *, size_t, int, int, int, long)');
  const munmap = number('int munmap(void *, size_t)');
  const poll = c.func('int poll(void *, unsigned long, int)');
  const eventfd = number('int eventfd(unsigned int, int)');
  const write = number('long write(int, const void *, size_t)');
  const close = number('int close(int)');
  const names = new Map(Object.entries(koffi.os.errno).map(([name, code]) => [code, name]));
  const nameOf = (code: number) => names.get(code) ?? `errno ${code}`;
  const pointerLen = koffi.sizeof('void *');
  const failed = (1n << BigInt(pointerLen * 8)) - 1n; // MAP_FAILED is (void *) -1

  return {
    pointerLen,
    socket,
    bind: (fd, address) => bind(fd, address, address.length),
    getsockname: (fd, address) => getsockname(fd, address, lengthOf(address)),
    setsockopt: (fd, level, name, value) => setsockopt(fd, level, name, value, value.length),
    getsockopt: (fd, level, name, value) => getsockopt(fd, level, name, value, lengthOf(value)),
    interfaceIndex,
    map(fd, length) {
      const pointer = mmap(null, length, PROT_READ_WRITE, MAP_SHARED, fd, 0);
      return pointer === null || pointer === failed ? null : { pointer, memory: koffi.view(pointer, length) };
    },
    unmap: munmap,
    pollReadable(fd, waker, timeoutMs) {
      const request = new Uint8Array(2 * POLLFD_LEN);
      const view = viewOf(request);
      [fd, waker].forEach((each, i) => {
        view.setInt32(i * POLLFD_LEN, each, IS_LITTLE_ENDIAN);
        view.setInt16(i * POLLFD_LEN + 4, POLLIN, IS_LITTLE_ENDIAN);
      });
      return new Promise((resolve, reject) => {
        poll.async(request, 2, timeoutMs, (error: Error | null) =>
          error ? reject(error) : resolve(view.getUint16(6, IS_LITTLE_ENDIAN)),
        );
      });
    },
    eventfd: () => eventfd(0, EVENTFD_FLAGS),
    wake: (fd) => void write(fd, new Uint8Array(BigUint64Array.of(1n).buffer), 8),
    close,
    addressOf: (bytes) => koffi.address(bytes),
    errorName: () => nameOf(koffi.errno()),
    nameOf,
  };
}

/** socklen_t, in and out. */
function lengthOf(value: Uint8Array): Uint8Array {
  return words(value.length);
}
