"""A program in a terminal of its own: what a user types, and what it prints."""

import errno
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

PROGRAM = os.environ.get("BROADLOOM", "")
PROMPT = "bl> "
SLOW = "sum(sin(arange(5e10)) ** 2 + cos(arange(5e10)) ** 3)"  # minutes
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b[=>]|\x07")


def environment(home, **further):
    """Nothing of the tester's own but the search path."""
    return {"PATH": os.environ["PATH"], "HOME": str(home), "TERM": "xterm-256color", "LANG": "C.UTF-8", "BROADLOOM_THREADS": "2", **further}


class Terminal:
    """Started with `home` as the user's home directory; `with` ends the program."""

    def __init__(self, home, *arguments, columns=80, rows=40, **variables):
        self.master, slave = pty.openpty()
        self.resize(columns, rows)
        self.program = subprocess.Popen([PROGRAM, *arguments], stdin=slave, stdout=slave, stderr=slave, cwd=home, start_new_session=True,
                                        env=environment(home, **variables), preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        os.close(slave)
        self.unread = self.raw = ""
        self.bytes = b""
        self.at_prompt = False  # what was expected last ended with one

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.program.poll() is None:
            self.program.kill()
        self.program.wait()
        os.close(self.master)

    def resize(self, columns, rows=40):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def signal(self, number=signal.SIGINT):
        os.kill(self.program.pid, number)

    def send(self, text):
        """As the keyboard does; reads meanwhile, so that a long text gets through."""
        data = text if isinstance(text, bytes) else text.encode()
        while data:
            readable, writable, _ = select.select([self.master], [self.master], [], 10)
            assert readable or writable, "the program takes no input"
            if writable:
                data = data[os.write(self.master, data[:4096]):]
            if readable:
                self._read()

    def _read(self):
        try:
            self.bytes += os.read(self.master, 1 << 16)
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            raise EOFError from None
        text = self.bytes.decode(errors="replace")
        self.bytes = b""
        self.raw += text
        self.unread += text

    def expect(self, pattern, timeout=60):
        """What is printed up to the pattern, without escape sequences; the pattern is gone then, too."""
        end = time.monotonic() + timeout
        while not (found := re.search(pattern, ESCAPES.sub("", self.unread))):
            rest = end - time.monotonic()
            assert rest > 0, f"no {pattern!r} in {self.unread[-2000:]!r}"
            if select.select([self.master], [], [], rest)[0]:
                self._read()
        plain = ESCAPES.sub("", self.unread)
        self.unread = plain[found.end():]
        self.at_prompt = plain[:found.end()].endswith(PROMPT)
        return plain[:found.start()].replace("\r", "")

    def prompt(self, timeout=60):
        """Waits until keys go to the line editor: what is typed before is echoed by the terminal itself."""
        if not self.at_prompt:
            self.expect(re.escape(PROMPT), timeout)

    def type(self, line, timeout=60):
        """Types a line and Enter at the prompt; returns what is printed until the next prompt."""
        self.prompt(timeout)
        self.send(line + "\r")
        self.expect(re.escape(line.splitlines()[-1]) + r"[^\n]*\n", timeout)
        return self.expect(re.escape(PROMPT), timeout)

    def wait(self, timeout=10):
        """The exit code; what was still printed is read first."""
        end = time.monotonic() + timeout
        try:
            while time.monotonic() < end:
                if select.select([self.master], [], [], 0.1)[0]:
                    self._read()
        except EOFError:
            pass
        return self.program.wait(timeout)
