"""What tests ask of blocks, in this process and on workers, which import this file."""

import re

import dask.array as da
import numpy as np

import broadloom as bl
import broadloom.dask


def chain(x):
    return da.sqrt(abs(x) * 2 + 1) - da.where(x > 0, x, 0) / 3


def evaluations():
    """How many evaluations there were in this process."""
    info = bl.cache_info()
    return info.hits + info.compiles + info.disk_hits


def kernels(x):
    """How many kernels are left to run for x."""
    return len(re.findall(r"^  \w+ over \[", bl.explain(x), re.MULTILINE))


def pending_kernels(block):
    """An array of one element for a block that is still an expression: how many kernels it takes."""
    return np.full((1,) * block.ndim, kernels(block))


def blocks(x):
    """The blocks of a persisted array."""
    return [getattr(node, "value", node) for node in x.dask.values()]


def too_much(block):
    with bl.memory_budget(1 << 10):
        return broadloom.dask.computed(block + 1)
