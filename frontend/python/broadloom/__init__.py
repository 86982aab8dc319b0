"""NumPy's arrays, evaluated lazily by fused native loops that never build an intermediate array.

>>> import broadloom as bl
>>> x = bl.asarray(numpy_array)          # shares memory
>>> y = x - x.mean(1, keepdims=True)     # nothing computed: shape and dtype are known
>>> numpy.asarray(y)                     # one kernel

Shape and dtype errors are raised where the operation is written, as NumPy's classes: ValueError, TypeError, IndexError,
OverflowError. What is not there yet raises NotImplementedError. An evaluation that does not fit in memory raises
MemoryBudgetError before anything is allocated.
"""

import collections as _collections
import os as _os
import sys as _sys
from importlib.util import find_spec as _find_spec

from . import _core, _dtypes
from ._core import *  # noqa: F401, F403: the functions that are bound in C++
from ._errstate import errstate, geterr, geterrcall, seterr, seterrcall
from ._evaluate import evaluate, re_evaluate, validate
from ._files import fromfile, genfromtxt, load, loadtxt, memmap, save, savetxt, savez, savez_compressed
from ._grids import fromfunction, fromiter, mgrid, ogrid
from ._kinds import (common_type, complexfloating, floating, generic, inexact, integer, iscomplexobj, isrealobj, isscalar,
                     issubdtype, min_scalar_type, ndim, number, real_if_close, shape, signedinteger, size, unsignedinteger)
from ._namespace import __array_namespace_info__
from ._places import (diag_indices, diag_indices_from, mask_indices, ndenumerate, ndindex, tril_indices_from, trim_zeros,
                      triu_indices_from)
from ._printing import array2string, array_repr, array_str, get_printoptions, printoptions, set_printoptions
from ._writing import fill_diagonal, place, put, put_along_axis, putmask, require

fft, lib, linalg, random = _core.fft, _core.lib, _core.linalg, _core.random
_sys.modules.update({"broadloom.fft": fft, "broadloom.lib": lib, "broadloom.lib.stride_tricks": lib.stride_tricks,
                     "broadloom.linalg": linalg, "broadloom.random": random})

__version__ = "0.1.0"
__array_api_version__ = "2025.12"

# Other names of some of them, most of them NumPy's.
_aliases = {"absolute": "abs", "amax": "max", "amin": "min", "arccos": "acos", "arccosh": "acosh", "arcsin": "asin",
            "arcsinh": "asinh", "arctan": "atan", "arctan2": "atan2", "arctanh": "atanh", "around": "round",
            "bitwise_invert": "invert", "bitwise_not": "invert", "concatenate": "concat", "conjugate": "conj",
            "deg2rad": "radians", "fix": "trunc", "left_shift": "bitwise_left_shift", "mod": "remainder",
            "popcount": "bitwise_count", "power": "pow", "rad2deg": "degrees", "right_shift": "bitwise_right_shift",
            "true_divide": "divide"}
globals().update({alias: getattr(_core, name) for alias, name in _aliases.items()})

# NumPy's types where it is there, so that bl.float32 is numpy.float32; else dtypes of our own.
for _name in ("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32", "float64",
              "complex64", "complex128"):
    _dtype = _core._dtype_of(_name)
    globals()[_name] = getattr(_dtype, "type", _dtype)

pi, e, euler_gamma, inf, nan, newaxis = 3.141592653589793, 2.718281828459045, 0.5772156649015329, float("inf"), float("nan"), None


def __getattr__(name):
    if name == "bfloat16":  # of ml_dtypes, imported when needed
        dtype = _core._dtype_of(name)
        return getattr(dtype, "type", dtype)
    raise AttributeError(f"module 'broadloom' has no attribute {name!r}")


def _unpickled(data, dtype, shape):
    return _core.copy(_core.frombuffer(data, dtype).reshape(shape))


def _limits(of, what):
    if of is None or isinstance(of, (float, complex)):
        of = "float64"
    elif isinstance(of, int):
        of = "bool" if of is True or of is False else "int64"
    try:
        dtype = _core._dtype_of(of)
    except TypeError as error:
        raise ValueError(f"{what}: {of!r} is no dtype") from error
    if what == "finfo" and dtype.name == "bfloat16" and not isinstance(dtype, _dtypes.dtype):
        import ml_dtypes
        return ml_dtypes.finfo(dtype)
    if isinstance(dtype, _dtypes.dtype):
        if (dtype.kind in "iu") != (what == "iinfo") or dtype.kind == "b":
            raise ValueError(f"{what}: {dtype.name} is not of that kind")
        return getattr(_dtypes, what)(dtype.name)
    import numpy
    return getattr(numpy, what)(dtype)


def finfo(dtype):
    """The limits of a float or complex dtype: bits, eps, max, min, smallest_normal, ..., as numpy.finfo."""
    return _limits(dtype, "finfo")


def iinfo(int_type):
    """The limits of an integer dtype: bits, max, min, as numpy.iinfo."""
    return _limits(int_type, "iinfo")


MemoryInfo = _collections.namedtuple("MemoryInfo", "live peak cached")
MemoryInfo.__doc__ = "Bytes of array data: in use, the most that were in use, kept for re-use."
CacheInfo = _collections.namedtuple("CacheInfo", "compiles hits disk_hits kernels bytes")
CacheInfo.__doc__ = "Kernels compiled, evaluations that found theirs, kernels found on disk; kernels held and their bytes."


def memory_info():
    """Bytes of array data that broadloom's allocator holds, as MemoryInfo(live, peak, cached)."""
    return MemoryInfo(*_core.memory_info())


def cache_info():
    """What the kernel cache did, as CacheInfo(compiles, hits, disk_hits, kernels, bytes)."""
    return CacheInfo(*_core.cache_info())


class _Budget:
    """What memory_budget(bytes) returns: restores the earlier budget at the end of a `with` statement."""

    def __init__(self, previous):
        self._previous = previous

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        _core.set_memory_budget(self._previous)


_READ = object()


def memory_budget(nbytes=_READ):
    """Bytes that arrays may take; None: what the machine has.

    memory_budget()                  the budget of now
    memory_budget(2**30)             sets it
    with memory_budget(2**30): ...   sets it for a while
    """
    previous = _core.get_memory_budget()
    if nbytes is _READ:
        return None if previous < 0 else previous
    if nbytes is not None:
        if not hasattr(nbytes, "__index__"):
            raise TypeError(f"a memory budget is a whole number of bytes, not {nbytes!r}")
        if not 0 <= nbytes < 2**63:
            raise ValueError(f"a memory budget is from 0 to 2**63 - 1 bytes, not {nbytes}")
    _core.set_memory_budget(-1 if nbytes is None else nbytes)
    return _Budget(previous)


_core.set_package_folder(_os.path.join(_os.path.dirname(_os.path.abspath(__file__)), ""))

_PRIVATE = {"array_to_string", "error_state", "get_memory_budget", "op_table", "repr_of_array", "set_float_error_handler",
            "set_memory_budget", "set_package_folder", "str_of_array"}
_HAS_BFLOAT16 = isinstance(_core._dtype_of("bool"), _dtypes.dtype) or _find_spec("ml_dtypes") is not None
_LAZY = {"bfloat16"} if _HAS_BFLOAT16 else set()
__all__ = sorted(_LAZY | {name for name in globals() if not name.startswith("_") and name not in _PRIVATE})


def __dir__():
    return sorted(_LAZY | set(globals()))
