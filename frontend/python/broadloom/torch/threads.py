"""One pool of threads for PyTorch's loops and broadloom's."""

import ctypes
import pathlib

import torch

import broadloom as bl


def share_threads():
    """Has broadloom's loops run on PyTorch's OpenMP threads. False: PyTorch has none, and each keeps its own.

    Those threads spin for milliseconds after each of PyTorch's loops: others would wait for a processor as long.
    """
    try:
        library = ctypes.CDLL(str(pathlib.Path(torch.__file__).parent / "lib" / "libtorch_cpu.so"))  # finds what it is linked with
        functions = library.GOMP_parallel, library.omp_get_thread_num
    except (OSError, AttributeError):
        return False
    bl._core._join_openmp(*(ctypes.cast(function, ctypes.c_void_p).value for function in functions))
    return True
