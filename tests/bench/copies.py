"""Bytes that idioms of array programs (idioms.py) allocate in NumPy and in broadloom, counted, as a Markdown table.

    copies.py [idiom ...]

Of NumPy: all blocks of array data that it took, and tracemalloc's peak beyond the inputs. Of broadloom: the peak of its
allocator beyond the inputs, and the growths up to the peaks between evaluations that were asked for, added up: at least this
was allocated. Evaluations: as many as ran, and how many of them nobody had asked for. The last column is what a loop in C needs.
Results are part of all. Exits with 1 where broadloom allocates more than NumPy.
"""

import argparse
import contextlib
import ctypes
import gc
import sys
import tracemalloc
import warnings

import numpy as np

import broadloom as bl
import idioms_of_slices  # noqa: F401, declares more
from idioms import COUNT, IDIOMS, ROWS

SLACK = 1 << 18
MALLOC = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)
CALLOC = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t, ctypes.c_size_t)
REALLOC = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)
FREE = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)


class Handler(ctypes.Structure):
    """PyDataMem_Handler of NEP 49."""

    _fields_ = [("name", ctypes.c_char * 127), ("version", ctypes.c_uint8), ("context", ctypes.c_void_p), ("malloc", MALLOC),
                ("calloc", CALLOC), ("realloc", REALLOC), ("free", FREE)]


def libc(name, result, *arguments):
    function = getattr(ctypes.CDLL(None), name)
    function.restype, function.argtypes = result, arguments
    return function


class CountingHandler:
    """NumPy takes its array data from here and counts it on the way: tracemalloc knows no total."""

    SET_HANDLER, NAME = 304, b"mem_handler"  # in the table of NumPy's C API

    def __init__(self):
        size, pointer = ctypes.c_size_t, ctypes.c_void_p
        malloc, free = libc("malloc", pointer, size), libc("free", None, pointer)
        calloc, realloc = libc("calloc", pointer, size, size), libc("realloc", pointer, pointer, size)
        self.total = 0
        self.handler = Handler(
            b"counting", 1, None, MALLOC(lambda _, bytes: malloc(self.counted(bytes))),
            CALLOC(lambda _, count, bytes: calloc(1, self.counted(count * bytes))),
            REALLOC(lambda _, block, bytes: realloc(block, self.counted(bytes))), FREE(lambda _, block, bytes: free(block)))

    def counted(self, bytes):
        self.total += bytes
        return bytes

    @contextlib.contextmanager
    def installed(self):
        """All arrays that are made meanwhile must be gone before Python is."""
        api, pointer, text = ctypes.pythonapi, ctypes.c_void_p, ctypes.c_char_p
        get = ctypes.PYFUNCTYPE(pointer, ctypes.py_object, text)(("PyCapsule_GetPointer", api))
        new = ctypes.PYFUNCTYPE(ctypes.py_object, pointer, text, pointer)(("PyCapsule_New", api))
        table = ctypes.cast(get(np._core._multiarray_umath._ARRAY_API, None), ctypes.POINTER(pointer))
        install = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.py_object)(table[self.SET_HANDLER])
        before = install(new(ctypes.addressof(self.handler), self.NAME, None))
        try:
            yield self
        finally:
            install(before)


class Side:
    """A module, and what idioms need beside it."""

    def __init__(self, module):
        self.module = module

    def __getattr__(self, name):
        return getattr(self.module, name)

    def owned(self, values):
        array = self.module.array(values)
        self._eval(array)
        return array

    def values(self, seed=0):
        return self.owned(np.random.default_rng(seed).standard_normal(COUNT))

    def grid(self, seed=0):
        return self.owned(np.random.default_rng(seed).standard_normal((ROWS, ROWS)))

    def places(self, count):
        """Different ones."""
        return self.owned(np.random.default_rng(9).permutation(COUNT)[:count])


class NumPySide(Side):
    def __init__(self, handler):
        super().__init__(np)
        self.handler = handler
        tracemalloc.start()  # before inputs are made, so that those that die are counted off

    def _eval(self, *arrays):
        pass

    eval = _eval

    def start(self):
        tracemalloc.reset_peak()
        self.live, self.before = tracemalloc.get_traced_memory()[0], self.handler.total

    def stop(self, result):
        return self.handler.total - self.before, tracemalloc.get_traced_memory()[1] - self.live


class OurSide(Side):
    def __init__(self):
        super().__init__(bl)
        self.start()

    def _eval(self, *arrays):
        bl.eval(*arrays)

    @staticmethod
    def evaluations():
        """Of a second run: plans that are known."""
        return bl.cache_info().hits

    def start(self):
        bl.reset_peak()
        self.inputs = self.live = bl.memory_info().live
        self.total = self.peak = self.asked = 0
        self.before = self.evaluations()

    def eval(self, *arrays):
        self.asked += any(not array._is_evaluated for array in arrays)
        bl.eval(*arrays)
        memory = bl.memory_info()
        self.total, self.peak = self.total + memory.peak - self.live, max(self.peak, memory.peak - self.inputs)
        bl.reset_peak()
        self.live = memory.live

    def stop(self, result):
        self.eval(result)
        ran = self.evaluations() - self.before
        return self.total, self.peak, ran, ran - self.asked


def run(side, idiom):
    """The counts, and the result for comparison."""
    gc.collect()
    steps = idiom(side)
    next(steps)
    side.start()
    result = next(steps)
    counts = side.stop(result)
    return counts, np.array(result)


def megabytes(count):
    return f"{max(count, 0) / 1e6:.1f}"


def exceeds(ours, others):
    return ours > 1.01 * others + SLACK  # blocks are rounded up, threads have scratch, Python has its objects


def row(title, loop, idiom, numpys, ours):
    run(ours, idiom)  # compiled
    with numpys.handler.installed():
        (total, peak), expected = run(numpys, idiom)
    (our_total, our_peak, ran, unasked), got = run(ours, idiom)
    np.testing.assert_allclose(got, expected, rtol=1e-10, atol=1e-12, err_msg=title)
    more = exceeds(our_total, total) or exceeds(our_peak, peak)
    verdict = "**more than NumPy**" if more else "more than the loop" if exceeds(our_peak, loop) else ""
    columns = [title, *map(megabytes, (total, peak, our_total, our_peak)), f"{ran} ({unasked})", megabytes(loop), verdict]
    print("| " + " | ".join(columns) + " |", flush=True)
    return more, verdict != ""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("idioms", nargs="*", help="parts of their functions' names")
    wanted = parser.parse_args().idioms
    warnings.simplefilter("ignore")
    print(f"Megabytes; arrays have {COUNT:,} float64, 8 MB.\n")
    print("| idiom | NumPy total | NumPy peak | ours total, at least | ours peak | evaluations (not asked for) | C loop | |")
    print("| --- " + "| ---: " * 6 + "| --- |")
    numpys, ours = NumPySide(CountingHandler()), OurSide()
    found = [row(*one, numpys, ours) for one in IDIOMS
             if not wanted or any(part in one[2].__name__ for part in wanted)]
    more, behind = (sum(one[i] for one in found) for i in range(2))
    print(f"\n{len(found)} idioms; {more} allocate more than NumPy, {behind - more} more than a loop in C.")
    sys.exit(more > 0)


if __name__ == "__main__":
    main()
