"""One pool of threads for PyTorch and broadloom."""

import subprocess
import sys

PROGRAM = """
import os, pathlib, torch
import broadloom as bl, broadloom.torch

def threads():
    return sum(pathlib.Path(f"/proc/self/task/{task}/comm").read_text() == "broadloom\\n" for task in os.listdir("/proc/self/task"))

def total():
    return float(bl.sin(bl.arange(1_000_000.0)).sum())

bl.set_num_threads(2)
expected = total()
assert threads() == 0, "loops ran on threads of our own"
child = os.fork()
if child == 0:
    os._exit(0 if total() == expected and threads() == 1 else 1)
assert os.waitpid(child, 0)[1] == 0, "the forked process"
"""


def test_loops_run_on_pytorchs_threads():
    path = f"import sys; sys.path[:] = {sys.path!r}\n"
    subprocess.run([sys.executable, "-c", path + PROGRAM], check=True, timeout=60)
