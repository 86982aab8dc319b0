"""Time and memory of one step, measured in a fresh process that has the inputs already (so that only growth counts)."""

import dataclasses
import gc
import os
import pickle
import time
import tracemalloc

import numpy as np


@dataclasses.dataclass
class Measured:
    shape: tuple
    dtype: str
    result_bytes: int
    sample: np.ndarray      # the sampled rows of the result
    seconds: float          # best run
    first_seconds: float    # first run: with compilation
    allocator_bytes: int    # peak beyond the inputs, by the allocator's own count
    kernel_bytes: int       # peak growth of the process's resident memory
    kernels: int = 0        # compiled for it
    explain: str = ""


def resident(field):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith(field))


def reset_peak_resident():
    """Where this is not permitted the peak is the process's, which began with the inputs."""
    try:
        with open("/proc/self/clear_refs", "w") as refs:
            refs.write("5")
    except OSError:
        pass


def best_time(run, repeats):
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        result = run()
        times.append(time.perf_counter() - start)
        del result
    return min(times)


def measure(run, allocator, sample_rows, repeats):
    """`allocator` has start() and peak() -> bytes beyond the start."""
    gc.collect()
    allocator.start()
    before = resident("VmRSS")
    reset_peak_resident()
    start = time.perf_counter()
    result = run()
    first = time.perf_counter() - start
    kernel = resident("VmHWM") - before
    measured = Measured(result.shape, result.dtype.name, result.nbytes, result[sample_rows], 0, first, allocator.peak(),
                        kernel)
    allocator.stop()
    del result
    measured.seconds = best_time(run, repeats)
    return measured


class NumPyAllocator:
    """NumPy reports its allocations to tracemalloc."""

    def start(self):
        tracemalloc.start()
        self._before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()

    def peak(self):
        return tracemalloc.get_traced_memory()[1] - self._before

    def stop(self):
        tracemalloc.stop()


class BroadloomAllocator:
    def __init__(self, bl):
        self._bl = bl

    def start(self):
        self._bl.reset_peak()
        self._before = self._bl.memory_info().live

    def peak(self):
        return self._bl.memory_info().peak - self._before

    def stop(self):
        pass


def with_numpy(step, sample_rows, repeats):
    first, *others = step.inputs

    def run():
        if not step.block:
            return step.compute(np, first, *others)
        parts = [step.compute(np, first[i:i + step.block], *others) for i in range(0, len(first), step.block)]
        return np.concatenate(parts)
    return measure(run, NumPyAllocator(), sample_rows, repeats)


def with_broadloom(step, sample_rows, repeats):
    import broadloom as bl
    inputs = [bl.asarray(x) for x in step.inputs]
    explain = bl.explain(step.compute(bl, *inputs))
    before = bl.cache_info().compiles
    measured = measure(lambda: np.asarray(step.compute(bl, *inputs)), BroadloomAllocator(bl), sample_rows, repeats)
    measured.kernels = bl.cache_info().compiles - before
    measured.explain = explain
    return measured


def in_child(function, *args):
    """function(*args) in a forked process: its memory is its own, the arrays that we have are there already."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reader)
            with os.fdopen(writer, "wb") as pipe:
                try:
                    answer = function(*args)
                except BaseException as error:  # noqa: BLE001: told to the parent
                    answer = RuntimeError(f"{type(error).__name__}: {error}")
                pickle.dump(answer, pipe)
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        data = pipe.read()
    status = os.waitpid(child, 0)[1]
    if not data:
        raise RuntimeError(f"{function.__name__} died: wait status {status}")
    answer = pickle.loads(data)
    if isinstance(answer, Exception):
        raise answer
    return answer
