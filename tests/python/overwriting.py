"""What the tests of results that are written over operands have in common."""

import gc
import threading

import numpy as np

import broadloom as bl

N = 1 << 18  # 2 MiB of float64


def bl_or_np(x):
    return np if isinstance(x, np.ndarray) else bl


def fresh(n=N):
    return bl.array(np.arange(float(n)))


def allocated(function):
    """Bytes beyond what was there, at the most."""
    gc.collect()
    before = bl.memory_info().live
    bl.reset_peak()
    function()
    return bl.memory_info().peak - before


def at_once(count, function):
    """On so many threads, which wait for one another first."""
    barrier = threading.Barrier(count)

    def run():
        barrier.wait()
        function()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
