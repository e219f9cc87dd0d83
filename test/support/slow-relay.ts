/** A way on which every byte takes longer: argv of a program that listens on the loopback. */
/** Bytes are held back for so long in each direction: this kernel may have no netem. */
const SLOW_RELAY = `
import socket, sys, threading, time, collections
delay, listen, target, port = float(sys.argv[1]) / 1000, int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
def pipe(a, b):
    queue, more, over = collections.deque(), threading.Condition(), [False]
    def out():
        while True:
            with more:
                while not queue and not over[0]: more.wait()
                if not queue: break
                at, data = queue.popleft()
            time.sleep(max(0, at - time.time()))
            try: b.sendall(data)
            except OSError: return
        try: b.shutdown(socket.SHUT_WR)
        except OSError: pass
    threading.Thread(target=out, daemon=True).start()
    while True:
        try: data = a.recv(65536)
        except OSError: data = b''
        with more:
            if data: queue.append((time.time() + delay, data))
            else: over[0] = True
            more.notify()
        if not data: return
server = socket.create_server(('127.0.0.1', listen))
print('ready', flush=True)
while True:
    a, _ = server.accept()
    b = socket.create_connection((target, port))
    threading.Thread(target=pipe, args=(a, b), daemon=True).start()
    threading.Thread(target=pipe, args=(b, a), daemon=True).start()
`;

/** Prints "ready" once it listens. */
export function slowRelayArgv(delayMs: number, listenPort: number, target: string, port: number): string[] {
  return ['python3', '-c', SLOW_RELAY, String(delayMs), String(listenPort), target, String(port)];
}
