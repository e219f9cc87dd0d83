"""terminal-relay.py COLUMNS ROWS CMD...: runs CMD on a pseudo-terminal. Its output goes to our stdout as it is. Commands come as JSON
lines on stdin: {"write": base64}, {"resize": [columns, rows]}, {"signal": "TERM"}, {"modes": true}, {"hold": bool} (stop or
go on reading the terminal, as a stalled link does). Answers and the end go to stderr as JSON lines: {"modes": {...}},
{"pid": n}, {"exit": n} (128 + signal when killed)."""
import base64, fcntl, json, os, pty, select, signal, struct, sys, termios

columns, rows, command = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]


def say(answer):
    os.write(2, (json.dumps(answer) + '\n').encode())


def set_size(fd, columns, rows):
    fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))


go_reader, go_writer = os.pipe()
pid, master = pty.fork()
if pid == 0:
    os.close(go_writer)
    os.read(go_reader, 1)  # the size is set first
    os.close(go_reader)
    os.execvp(command[0], command)
os.close(go_reader)
set_size(master, columns, rows)
os.write(go_writer, b'1')
os.close(go_writer)
say({'pid': pid})
pending, is_held, is_open, has_stdin = b'', False, True, True
while is_open:
    sources = ([] if is_held else [master]) + ([0] if has_stdin else [])
    ready = select.select(sources, [], [], 0.2)[0]
    if 0 in ready:
        data = os.read(0, 65536)
        has_stdin = bool(data)
        if not data:
            os.kill(pid, signal.SIGKILL)
        pending += data
        while b'\n' in pending:
            line, pending = pending.split(b'\n', 1)
            order = json.loads(line)
            if 'write' in order:
                os.write(master, base64.b64decode(order['write']))
            if 'resize' in order:
                set_size(master, *order['resize'])
            if 'signal' in order:
                os.kill(pid, getattr(signal, 'SIG' + order['signal']))
            if 'hold' in order:
                is_held = order['hold']
            if 'modes' in order:
                local = termios.tcgetattr(master)[3]
                say({'modes': {'echo': bool(local & termios.ECHO), 'canonical': bool(local & termios.ICANON), 'signals': bool(local & termios.ISIG)}})
    if master in ready:
        try:
            data = os.read(master, 65536)
        except OSError:
            data = b''
        if data:
            os.write(1, data)
        else:
            is_open = False
    if is_held and os.waitpid(pid, os.WNOHANG)[0] == pid:
        say({'exit': 0})
        sys.exit(0)
_, status = os.waitpid(pid, 0)
say({'exit': os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)})
