"""Grids of coordinates, and arrays from functions and iterators, as NumPy's."""

import itertools as _itertools
import math as _math
import numbers as _numbers

from . import _core


def fromfunction(function, shape, *, dtype=float, **kwargs):
    """function(i, j, ...) of the indices along each axis of an array of that shape."""
    return function(*_core.broadcast_arrays(*_core.indices(shape, dtype, sparse=True)), **kwargs)


def fromiter(iter, dtype, count=-1):
    """A vector of an iterator's items: of the first `count`, or with -1 of all of them."""
    count = count.__index__()
    items = list(iter if count == -1 else _itertools.islice(iter, max(count, 0)))
    if len(items) < count:
        raise ValueError(f"fromiter: the iterator has {len(items)} items, not {count}")
    values = _core.asarray(items, "float64" if dtype is None else dtype)
    if values.ndim != 1:
        raise TypeError(f"fromiter: an item of {values.dtype} is a number, not a sequence")
    return values


class _Grid:
    """What mgrid and ogrid are: a slice is an axis; with step 5j it has five points, the last one at its stop."""

    def __init__(self, sparse):
        self._sparse = sparse

    def __getitem__(self, key):
        if isinstance(key, slice):
            return _line(*_ends(key))
        axes = [_ends(each) for each in key]
        counts = [int(abs(step)) if _is_count(step) else _math.ceil((stop - start) / step) for start, stop, step in axes]
        dtype = _core.result_type(0, *[abs(x) if _is_count(x) else x for axis in axes for x in axis])
        starts, steps = [start for start, _, _ in axes], [_step(*axis) for axis in axes]
        grid = _core.indices(counts, dtype, self._sparse)
        if self._sparse:
            return tuple(part * step + start for part, start, step in zip(grid, starts, steps))
        column = (len(axes),) + (1,) * len(axes)
        return grid * _core.asarray(steps, dtype).reshape(column) + _core.asarray(starts, dtype).reshape(column)


def _ends(key):
    return 0 if key.start is None else key.start, key.stop, 1 if key.step is None else key.step


def _is_count(step):
    return isinstance(step, _numbers.Complex) and not isinstance(step, _numbers.Real)


def _step(start, stop, step):
    if not _is_count(step):
        return step
    count = int(abs(step))
    return (stop - start) / float(count - 1) if count != 1 else 1


def _line(start, stop, step):
    if not _is_count(step):
        return _core.arange(start, stop, step)
    dtype = _core.result_type(start, stop, abs(step))
    return _core.arange(0, int(abs(step)), 1, dtype=dtype) * _step(start, stop, step) + start


mgrid, ogrid = _Grid(sparse=False), _Grid(sparse=True)
