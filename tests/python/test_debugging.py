"""perf and gdb can see kernels when asked."""

import ctypes
import os
import pathlib
import subprocess
import sys

import broadloom as bl

PROGRAM = """
import os, broadloom as bl
bl.eval(bl.sqrt(bl.asarray([1.0, 4.0]) + 1))
path = f"/tmp/perf-{os.getpid()}.map"
print(open(path).read())
os.remove(path)
"""


def test_perf_map_names_kernels_by_what_they_do():
    environment = {**os.environ, "PYTHONPATH": str(pathlib.Path(bl.__file__).parent.parent), "BROADLOOM_PERF": "1"}
    done = subprocess.run([sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    address, size, name = done.stdout.split()
    assert int(address, 16) > 0 and int(size, 16) > 0
    assert name == "map_add_sqrt_phase0"


def test_gdb_finds_its_interface():
    module = ctypes.CDLL(bl._core.__file__)
    version = ctypes.c_uint32.in_dll(module, "__jit_debug_descriptor").value
    assert version == 1
    module.__getattr__("__jit_debug_register_code")
