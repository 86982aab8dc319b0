"""NumPy's dispatch protocols: numpy.f(x) of a broadloom array is broadloom.f(x), and stays lazy.

Libraries that compute with arrays of any kind, as Dask does, call NumPy's functions. `install` makes these find ours: ufuncs by
`__array_ufunc__` (NEP 13), other functions by `__array_function__` (NEP 18). What broadloom has no function for raises
TypeError; only what prints, saves or copies elements takes them as NumPy's.
"""

import functools

import numpy

from . import _core
import broadloom

_READERS = {numpy.array2string, numpy.array_repr, numpy.array_str, numpy.copyto, numpy.save, numpy.savetxt, numpy.savez,
            numpy.savez_compressed}
_NAMESPACES = {"numpy": broadloom, "numpy.linalg": broadloom.linalg, "numpy.fft": broadloom.fft,
               "numpy.lib.stride_tricks": broadloom.lib.stride_tricks}


_RENAMED = {"asanyarray": "asarray"}


@functools.cache
def _ours(module, name):
    return getattr(_NAMESPACES.get(module), _RENAMED.get(name, name), None)


def _as_numpy(value):
    if isinstance(value, _core.Array):
        return numpy.asarray(value)
    return type(value)(map(_as_numpy, value)) if type(value) in (list, tuple) else value


def _array_function(self, func, types, args, kwargs):
    """numpy.func(*args, **kwargs), where an argument is a broadloom array; see NEP 18."""
    if not all(issubclass(each, (_core.Array, numpy.ndarray)) for each in types):
        return NotImplemented
    if func in _READERS:
        return func(*map(_as_numpy, args), **{name: _as_numpy(value) for name, value in kwargs.items()})
    ours = _ours(func.__module__, func.__name__)
    if ours is not None:
        try:
            return ours(*args, **kwargs)
        except NotImplementedError as error:  # a dtype that is not ours; NumPy's like have TypeError for it
            raise TypeError(*error.args) from error
    return NotImplemented


def _outer(ours, x, y, **kwargs):
    x, y = broadloom.asarray(x), broadloom.asarray(y)
    return ours(x.reshape(x.shape + (1,) * y.ndim), y, **kwargs)


def _stored(results, out, casting="same_kind", where=True):
    """Results copied to arrays of NumPy's, as `numpy_array += x` wants it."""
    for result, place in zip(results if isinstance(results, tuple) else (results,), out):
        numpy.copyto(place, numpy.asarray(result), casting=casting, where=where)
    return out if len(out) > 1 else out[0]


def _array_ufunc(self, ufunc, method, *inputs, out=(), **kwargs):
    """ufunc.method(*inputs, out=out, **kwargs), where an argument is a broadloom array; see NEP 13."""
    ours = _ours("numpy", ufunc.__name__)
    known = (_core.Array, numpy.ndarray, numpy.generic, bool, int, float, complex, list, tuple)
    if ours is None or not all(isinstance(each, known) for each in inputs):
        return NotImplemented
    if method == "at":
        return ours.at(*inputs)
    function = {"__call__": ours, "outer": functools.partial(_outer, ours)}.get(method)
    if function is None:
        return NotImplemented
    if not out or all(isinstance(each, _core.Array) for each in out):
        return function(*inputs, **kwargs, **({"out": out if len(out) > 1 else out[0]} if out else {}))
    copying = {name: kwargs.pop(name) for name in ("casting", "where") if name in kwargs}
    return _stored(function(*inputs, **kwargs), out, **copying)


def install():
    """Makes NumPy's functions of broadloom arrays broadloom's, in this process."""
    _core.Array.__array_ufunc__ = _array_ufunc
    _core.Array.__array_function__ = _array_function
