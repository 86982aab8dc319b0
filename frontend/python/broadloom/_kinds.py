"""Questions about dtypes, and about arrays whose answers are no arrays."""

import math as _math
import numbers as _numbers
import sys as _sys

from . import _core, _dtypes

_has_numpy = hasattr(_core._dtype_of("int8"), "type")
_SCALARS = (bool, int, float, complex, bytes, str, memoryview)
_PRECISIONS = {"float16": 0, "float32": 1, "float64": 2, "complex64": 1, "complex128": 2}
_LARGEST_HALF, _LARGEST_SINGLE = 65000, 3.4e38  # for min_scalar_type, as NumPy has them

# NumPy's abstract types where it is there, else our own.
if _has_numpy:
    from numpy import complexfloating, floating, generic, inexact, integer, issubdtype, number, signedinteger, unsignedinteger
else:
    from ._dtypes import complexfloating, floating, generic, inexact, integer, number, signedinteger, unsignedinteger

    def issubdtype(arg1, arg2):
        """Whether a dtype, or an abstract type, is `arg2` or of that kind."""
        left, right = (arg if _is_abstract(arg) else _core._dtype_of(arg) for arg in (arg1, arg2))
        if _is_abstract(right):
            return issubclass(left, right) if _is_abstract(left) else left.kind in right.kinds
        return left == right


def _is_abstract(arg):
    return isinstance(arg, type) and issubclass(arg, _dtypes.generic)


def _type(name):
    dtype = _core._dtype_of(name)
    return getattr(dtype, "type", dtype)


def common_type(*arrays):
    """The float or complex type that holds the numbers of all arrays; integers count as float64."""
    precision = 0
    for array in arrays:
        dtype = array.dtype
        if dtype.kind not in "iu" and dtype.name not in _PRECISIONS:
            raise TypeError(f"common_type: arrays of {dtype.name} have no common type of floats")
        precision = max(precision, _PRECISIONS.get(dtype.name, 2))
    is_complex = any(array.dtype.kind == "c" for array in arrays)
    return _type((None, "complex64", "complex128")[precision] if is_complex else ("float16", "float32", "float64")[precision])


def min_scalar_type(a):
    """The smallest dtype that holds a number; of an array with axes its own."""
    x = _core.asarray(a)
    if x.ndim > 0 or x.dtype.kind not in "iufc":
        return x.dtype
    value, name = x.item(), x.dtype.name
    find = _smallest_integer if x.dtype.kind in "iu" else _smallest_float if x.dtype.kind == "f" else _smallest_complex
    return x.dtype if name == "bfloat16" else _core._dtype_of(find(value, name))


def _smallest_integer(value, _):
    return next(f"{kind}{bits}" for bits in (8, 16, 32, 64) for kind, fits in
                (("uint", 0 <= value < 2**bits), ("int", -2**(bits - 1) <= value < 0)) if fits)


def _smallest_float(value, name):
    if not _math.isfinite(value) or abs(value) < _LARGEST_HALF:
        return "float16"
    return "float32" if abs(value) < _LARGEST_SINGLE and name != "float16" else name


def _smallest_complex(value, name):
    return "complex64" if abs(value.real) < _LARGEST_SINGLE and abs(value.imag) < _LARGEST_SINGLE else name


def iscomplexobj(x):
    """Whether x has a complex dtype, whatever its values."""
    dtype = getattr(x, "dtype", None)
    return (_core.asarray(x).dtype if dtype is None else dtype).kind == "c"


def isrealobj(x):
    """Whether x has no complex dtype."""
    return not iscomplexobj(x)


def isscalar(element):
    """Whether something is a number or a string, and no array of any kind."""
    numpy = _sys.modules.get("numpy")
    return type(element) in _SCALARS or isinstance(element, _numbers.Number) or (
        numpy is not None and isinstance(element, numpy.generic))


def real_if_close(a, tol=100):
    """The real part where all imaginary parts are below `tol` (times the dtype's eps, above 1). Reads a."""
    x = _core.asarray(a)
    if x.dtype.kind != "c":
        return x
    limit = tol * 2.0 ** (-23 if x.dtype.name == "complex64" else -52) if tol > 1 else tol
    return _core.real(x) if _core.all(_core.abs(_core.imag(x)) < limit) else x


def ndim(a):
    """How many axes a has."""
    return a.ndim if hasattr(a, "ndim") else _core.asarray(a).ndim


def shape(a):
    """The extents of a, as a tuple."""
    return a.shape if hasattr(a, "shape") else _core.asarray(a).shape


def size(a, axis=None):
    """How many elements a has, or how many along an axis or several."""
    if axis is None:
        return _math.prod(shape(a))
    axes = axis if hasattr(axis, "__iter__") else (axis,)
    moved = _core.moveaxis(_core.asarray(a), axes, range(len(axes)))  # for its errors
    return _math.prod(moved.shape[:len(axes)])
