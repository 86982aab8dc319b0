"""Places of elements, as NumPy has them: iterators over indices, and what is decided by a look at the values."""

import itertools as _itertools

from . import _core


class ndindex:
    """The indices of an array of that shape, in C order: of a tuple, or of one argument for each axis."""

    def __init__(self, *shape):
        if len(shape) == 1 and isinstance(shape[0], tuple):
            shape = shape[0]
        if any(extent < 0 for extent in shape):
            raise ValueError("ndindex: negative dimensions are not allowed")
        self._indices = _itertools.product(*map(range, shape))

    def __iter__(self):
        return self

    def __next__(self):
        return next(self._indices)


class ndenumerate:
    """Pairs of an index and the element there, in C order."""

    def __init__(self, arr):
        self._array = _core.asarray(arr)
        self._indices = ndindex(self._array.shape)

    def __iter__(self):
        return self

    def __next__(self):
        index = next(self._indices)
        return index, self._array[index]


def mask_indices(n, mask_func, k=0):
    """Where mask_func(m, k) is not zero, of an (n, n) matrix m of ones: tril's, for example."""
    return _core.nonzero(mask_func(_core.ones((n, n), int), k) != 0)


def tril_indices_from(arr, k=0):
    """The coordinates of tril(arr, k), in C order."""
    return _core.tril_indices(*_rows(arr, k))


def triu_indices_from(arr, k=0):
    """The coordinates of triu(arr, k), in C order."""
    return _core.triu_indices(*_rows(arr, k))


def _rows(arr, k):
    shape = _core.asarray(arr).shape
    if len(shape) != 2:
        raise ValueError(f"an array of two dimensions has triangles, not one of {len(shape)}")
    return shape[0], k, shape[1]


def diag_indices(n, ndim=2):
    """The coordinates of the main diagonal of an array with ndim axes of extent n."""
    return (_core.arange(n),) * ndim


def diag_indices_from(arr):
    """The coordinates of the main diagonal of an array whose extents are equal."""
    shape = _core.asarray(arr).shape
    if len(shape) < 2 or len(set(shape)) > 1:
        raise ValueError(f"a diagonal is of two axes or more of one extent, not of the shape {shape}")
    return diag_indices(shape[0], len(shape))


def trim_zeros(filt, trim="fb", axis=None):
    """Without the zeros in front ('f' in `trim`) and at the back ('b'), along some axes or all of them; a view."""
    values = _core.asarray(filt)
    trim = trim.lower()
    if trim not in ("fb", "bf", "f", "b"):
        raise ValueError(f"trim_zeros: `trim` has the letters 'f' and 'b', not {trim!r}")
    axes = range(values.ndim) if axis is None else _axes(axis, values.ndim)
    if not axes:
        return filt
    places = _core.nonzero(values)
    cuts = [_cut(places[axis], trim) if axis in axes else slice(None) for axis in range(values.ndim)]
    return filt[cuts[0]] if len(cuts) == 1 else filt[tuple(cuts)]


def _axes(axis, rank):
    """Each from 0; an error where one is not there or is there twice."""
    _core.flip(_core.zeros((1,) * rank), axis)
    return {each % rank for each in (axis if hasattr(axis, "__iter__") else (axis,))}


def _cut(places, trim):
    if places.size == 0:
        return slice(0, 0)
    return slice(int(places.min()) if "f" in trim else None, int(places.max()) + 1 if "b" in trim else None)
