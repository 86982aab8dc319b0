"""Functions that write to an array by places: index arrays made from their arguments, and one assignment."""

from . import _core


def _writeable(function, a):
    if not isinstance(a, _core.Array) and type(a).__name__ != "ndarray":
        raise TypeError(f"argument 1 of {function} must be an array, not {type(a).__name__}")
    x = _core.asarray(a)
    if not x.flags.writeable:  # even if nothing is to be stored
        raise ValueError(f"{function}: output array is read-only")
    return x


def _given(values, x, safe=False):
    """As an array. What is none takes the dtype of x on the way in, which complex numbers cannot where that is real."""
    if not isinstance(values, _core.Array) and type(values).__name__ != "ndarray":
        return _core.asarray(values, dtype=x.dtype)
    given = _core.asarray(values)
    if safe and not _core.can_cast(given.dtype, x.dtype):
        raise TypeError(f"Cannot cast array data from {given.dtype} to {x.dtype} according to the rule 'safe'")
    return given


def _cycled(values, count):
    """As many of them, from the first one again where there are too few."""
    flat = _core.asarray(values).reshape(-1)
    if flat.size >= count:
        return flat[:count]
    return _core.broadcast_to(flat, (count,)) if flat.size == 1 else _core.resize(flat, (count,))


def _store(x, places, values):
    """To places of the elements in C order, one value each."""
    if x.ndim == 1:
        x[places] = values
    elif x.ndim:
        x[_core.unravel_index(places, x.shape)] = values
    else:
        x[...] = values[-1]


def put(a, ind, v, mode="raise"):
    """Stores v, again and again if it is short, at these places of the elements in C order.

    `mode` says what places beyond the ends are: IndexError, counted on from the other end ("wrap"), the nearest ("clip").
    """
    x = _writeable("put", a)
    if not x.size and _core.asarray(ind).size:
        raise IndexError("put: cannot replace elements of an empty array")
    places, values = _core.asarray(ind).reshape(-1).astype("int64", copy=False), _given(v, x)
    if not places.size or not values.size:
        return
    if places.size == 1:
        _core.eval(places)  # a number
    nothing = _core.take(_core.broadcast_to(_core.asarray([0]), (x.size,)), places, mode=mode)  # checks them
    if mode == "clip":
        places = _core.clip(places, 0, x.size - 1)
    elif x.ndim > 1 or mode != "raise":
        places = places % x.size
    _store(x, places + nothing, _cycled(values, places.size))


def putmask(a, mask, values):
    """a[mask] = values, where each element takes the value of its own place; short values are repeated."""
    x, chosen = _writeable("putmask", a), _core.asarray(mask)
    if chosen.size != x.size:
        raise ValueError("putmask: mask and data must be the same size")
    values = _given(values, x, safe=True)
    if not values.size:
        return
    given = _cycled(values, x.size).reshape(x.shape)
    _core.copyto(x, given, casting="unsafe", where=chosen.reshape(x.shape).astype("bool"))


def place(arr, mask, vals):
    """arr[mask] = vals, one after another; short values are repeated."""
    x, chosen = _writeable("place", arr), _core.asarray(mask).astype("bool", copy=False)
    if chosen.size != x.size:
        raise ValueError("place: mask and data must be the same size")
    values, count = _given(vals, x, safe=True), int(_core.count_nonzero(chosen))
    if count == 0:
        return
    if not values.size:
        raise ValueError("Cannot insert from an empty array!")
    x[chosen.reshape(x.shape)] = _cycled(values, count).astype(x.dtype)


def put_along_axis(arr, indices, values, axis):
    """Stores values along one axis, each line at places of its own: what take_along_axis reads."""
    x, which = _writeable("put_along_axis", arr), _core.asarray(indices)
    if axis is None:
        if which.ndim != 1:
            raise ValueError("when axis=None, `indices` must have a single dimension.")
        return _store(x, _core.where(which < 0, which + x.size, which), _core.broadcast_to(_core.asarray(values), which.shape))
    if which.dtype.kind not in "iu":
        raise IndexError("`indices` must be an integer array")
    if which.ndim != x.ndim:
        raise ValueError("`indices` and `arr` must have the same number of dimensions")
    along = range(x.ndim)[axis] if -x.ndim <= axis < x.ndim else _core.squeeze(x, axis)  # or its error
    lines = [_core.arange(n).reshape([-1 if i == k else 1 for i in range(x.ndim)]) for k, n in enumerate(x.shape)]
    lines[along] = which
    x[tuple(lines)] = values


def fill_diagonal(a, val, wrap=False):
    """Stores values, again and again if they are few, on the main diagonal; `wrap`: on of a tall matrix, too."""
    x = _writeable("fill_diagonal", a)
    if x.ndim < 2:
        raise ValueError("array must be at least 2-d")
    if x.ndim > 2 and len(set(x.shape)) > 1:
        raise ValueError("All dimensions of input must be of equal length")
    val = _given(val, x)
    if not x.size or not val.size:
        return
    length = min(x.shape)
    if wrap and x.ndim == 2 and x.shape[0] > x.shape[1] + 1:
        places = _core.arange(0, x.size, x.shape[1] + 1)
        return _store(x, places, _cycled(val, places.size).astype(x.dtype))
    square = x[(slice(length),) * x.ndim]
    _core.einsum(square, [0] * x.ndim, [0])[...] = _cycled(val, length).astype(x.dtype)


def require(a, dtype=None, requirements=None, *, like=None):
    """An array in C ("C") or Fortran's ("F") order, that may be written to ("W") or has memory of its own ("O")."""
    names = {"A": "A", "ALIGNED": "A", "C": "C", "C_CONTIGUOUS": "C", "CONTIGUOUS": "C", "F": "F", "F_CONTIGUOUS": "F",
             "FORTRAN": "F", "W": "W", "WRITEABLE": "W", "O": "O", "OWNDATA": "O", "E": "E", "ENSUREARRAY": "E"}  # fmt: skip
    wanted = {names[each.upper()] for each in requirements or ()}
    if {"C", "F"} <= wanted:
        raise ValueError('Cannot specify both "C" and "F" order')
    x = _core.asarray(a, dtype, order="C" if "C" in wanted else "F" if "F" in wanted else None)
    owns = x.flags.owndata or "O" not in wanted
    return x if owns and (x.flags.writeable or "W" not in wanted) else x.copy(order="K")
