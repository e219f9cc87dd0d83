"""pty-relay.py CMD...: runs CMD on a pseudo-terminal of 120x40; our stdin goes to it, its output to our stdout.
First line: "PID n"; last line: "EXIT n" (128 + signal when killed)."""
import fcntl, os, pty, select, struct, sys, termios

pid, master = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
fcntl.ioctl(master, termios.TIOCSWINSZ, struct.pack('HHHH', 40, 120, 0, 0))
sys.stdout.write('PID %d\n' % pid)
sys.stdout.flush()
sources = [master, 0]
while master in sources:
    for ready in select.select(sources, [], [])[0]:
        try:
            data = os.read(ready, 65536)
        except OSError:
            data = b''
        if not data:
            sources.remove(ready)
        elif ready == master:
            os.write(1, data)
        else:
            os.write(master, data)
_, status = os.waitpid(pid, 0)
code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)
os.write(1, b'\nEXIT %d\n' % code)
