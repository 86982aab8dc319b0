"""Types a session into the program in a real terminal, tmux's, and writes the screen afterwards to docs/repl_session.txt.

    BROADLOOM=build/release/broadloom python tests/repl/recording.py

Times and what depends on the machine are masked; repl_test.py looks whether the file is up to date.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

from terminal import PROGRAM, PROMPT, environment

ROOT = pathlib.Path(__file__).resolve().parents[2]
SESSION = ROOT / "docs/repl_session.txt"
COLUMNS, ROWS = 100, 50

# Tabs and newlines are keys.
INPUTS = [
    "2 ** 10 / 3",
    "x = linspace(0, 6, 24).reshape(4, 6)",
    "y = sin(x) - mean(sin(x), axis=1, keepdims=True)",
    "y?",
    "y",
    "_.std()",
    "x[1, ::2]",
    "arange(1000000.0) ** 2",
    "wave = sin(linspace(0, 20, 4000))",
    "wave",
    "x.sha\t",
    "big = ones((20000, 1)) + ones((1, 20000))",
    ":show big.sum()",
    "gauss(x, s=1) = exp(-(x / s) ** 2 / 2) / (s * sqrt(2 * pi))",
    "gauss(array([0, 1, 2]), s=2)",
    "sum(array([1,\n2, 3]))",
    "x + ones((3, 3))",
    "arrange(3)",
    "sum?",
    ":help linalg.norm",
    ":explian y",
    ":vars",
    ":ir sqrt(x) + 1 fuse",
    ":save x wave data.npz",
    "del x, wave",
    ":load data.npz",
    ":budget 1G",
    "sum(zeros((30000, 30000)) + x[0, 0]) + sort(ones(400000000))[0]",
    ":budget none",
    ":threads 2",
    "linspace(0, 1, 5).me\t()",
    ":history 3",
]
MASKS = (
    (r"\b\d+(\.\d+)?(e[-+]?\d+)? (ms|us|s)\b", "... ms"),
    (r"vectors of \d+", "vectors of ..."),
    (r"\d+ chunks on \d+ threads", "... chunks on 2 threads"),
    (r"by (bytes|operations) \(", "by ... ("),
)


class Tmux:
    """A terminal without a window."""

    def __init__(self, home, columns=COLUMNS):
        self.command = ["tmux", "-L", f"broadloom{os.getpid()}", "-f", "/dev/null"]
        self.variables = environment(home, TMUX_TMPDIR=str(home))
        settings = " ".join(f"{name}='{value}'" for name, value in self.variables.items() if name != "TERM")
        self("new-session", "-d", "-x", str(columns), "-y", str(ROWS), f"cd {home} && {settings} exec '{PROGRAM}'")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self("kill-server")

    def __call__(self, *arguments):
        return subprocess.run([*self.command, *arguments], check=True, capture_output=True, text=True, env=self.variables).stdout

    def screen(self):
        """All that was printed; lines that the terminal has wrapped are one line."""
        return "\n".join(line.rstrip() for line in self("capture-pane", "-J", "-p", "-S", "-").splitlines()).rstrip("\n")

    def rows(self):
        """All that was printed, row by row."""
        return [row.rstrip() for row in self("capture-pane", "-p", "-S", "-").rstrip().splitlines()]

    def wait(self, prompts, timeout=60):
        """Until so many prompts have been printed, and the last one waits."""
        end = time.monotonic() + timeout
        while (screen := self.screen()).count("\n" + PROMPT.rstrip()) != prompts or not screen.endswith("\n" + PROMPT.rstrip()):
            assert time.monotonic() < end, screen
            time.sleep(0.1)


def type_line(tmux, line):
    for i, part in enumerate(line.split("\t")):
        if i > 0:
            tmux("send-keys", "Tab")
            time.sleep(0.2)
        if part:
            tmux("send-keys", "-l", part)
    tmux("send-keys", "Enter")


def record():
    with tempfile.TemporaryDirectory() as home, Tmux(pathlib.Path(home)) as tmux:
        tmux.wait(1)
        for done, line in enumerate(INPUTS):
            for part in line.split("\n"):
                type_line(tmux, part)
            tmux.wait(done + 2)
        text = tmux.screen()
    for pattern, mask in MASKS:
        text = re.sub(pattern, mask, text)
    return text.removesuffix(PROMPT.rstrip())


if __name__ == "__main__":
    SESSION.write_text(record())
    sys.stdout.write(SESSION.read_text())
