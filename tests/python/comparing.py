"""Comparing with NumPy: values bit by bit or in ULP, dtypes, shapes, and classes of errors."""

import numpy as np
import pytest

import broadloom as bl

DTYPES = ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32",
          "float64"]
FLOATS = ["float16", "float32", "float64"]
# One of each kind and size, for products that would be long otherwise.
SOME_PAIRS = [("bool", "bool"), ("bool", "int8"), ("int8", "int8"), ("int8", "uint8"), ("uint8", "uint16"), ("int16", "int16"),
              ("int32", "uint32"), ("int64", "int64"), ("uint64", "uint64"), ("int64", "uint64"), ("int16", "float32"),
              ("int32", "float32"), ("int8", "float16"), ("float16", "float16"), ("float16", "int16"),
              ("float16", "float32"), ("float32", "float32"), ("float32", "float64"), ("float64", "float64")]


def values(dtype, count, seed=0, special=True):
    """`count` values of a dtype, corner cases first among them where `special`."""
    rng = np.random.default_rng([seed, count])
    dtype = np.dtype(dtype)
    if dtype == bool:
        return rng.integers(0, 2, count).astype(bool)
    if dtype.kind in "iu":
        info = np.iinfo(dtype)
        result = rng.integers(max(-100, info.min), 100, count).astype(dtype)
        corners = [info.min, info.max, 0, 1, info.max - 1, 2, 3]
    else:
        info = np.finfo(dtype)
        result = (rng.standard_normal(count) * 3).astype(dtype)
        corners = [0.0, -0.0, np.inf, -np.inf, np.nan, 0.5, -1.5, 2.5, info.max, info.tiny, info.smallest_subnormal, -1.0, 1e10]
    if special and count > 1:
        chosen = corners[:count // 2 + 1]
        with np.errstate(over="ignore"):
            result[rng.permutation(count)[:len(chosen)]] = np.array(chosen, dtype)
    return result


# How an operand lies in memory: a NumPy array made of a dtype.
LAYOUTS = {
    "0d": lambda v: v(1).reshape(()),
    "one": lambda v: v(1),
    "seven": lambda v: v(7),
    "empty": lambda v: v(0).reshape(0, 3),
    "broadcast": lambda v: np.broadcast_to(v(3).reshape(3, 1), (3, 4)),
    "transposed": lambda v: v(35).reshape(5, 7).T,
    "sliced": lambda v: v(41)[::2],
    "reversed": lambda v: v(33)[::-1],
    "matrix": lambda v: v(350).reshape(5, 70),
    "inner": lambda v: v(200).reshape(10, 20)[2:9, 3:17:3],
    "long": lambda v: v(1000),
}


def make(dtype, layout, seed=0, special=True):
    return LAYOUTS[layout](lambda count: values(dtype, count, seed, special))


def ordered(x):
    """Floats as integers in the same order, one apart where the floats are neighbours."""
    signed = np.ascontiguousarray(x).view(f"i{x.dtype.itemsize}").astype(object)
    smallest = -2 ** (8 * x.dtype.itemsize - 1)
    return np.where(signed < 0, smallest - signed, signed)


def ulps(actual, expected):
    if actual.size == 0:
        return 0
    both_nan = np.isnan(actual) & np.isnan(expected)
    distance = abs(ordered(actual) - ordered(expected))
    return int(np.where(both_nan.ravel().reshape(distance.shape), 0, distance).max())


def check(actual, expected, most_ulps=0, signed_zeros=True, what=""):
    """`actual` (ours) has the dtype and shape of `expected` (NumPy's), and its values."""
    assert isinstance(actual, bl.Array), f"{what}: {type(actual)}"
    expected = np.asarray(expected)
    assert actual.dtype == expected.dtype, f"{what}: dtype {actual.dtype}, NumPy's is {expected.dtype}"
    assert actual.shape == expected.shape, f"{what}: shape {actual.shape}, NumPy's is {expected.shape}"
    got = np.asarray(actual)
    assert (got.dtype, got.shape) == (expected.dtype, expected.shape), what
    if got.dtype.kind == "c" and most_ulps:
        np.testing.assert_allclose(got, expected, rtol=most_ulps * np.finfo(got.dtype).eps, err_msg=what)
        return
    if got.dtype.kind != "f":
        np.testing.assert_array_equal(got, expected, err_msg=what)
        return
    np.testing.assert_array_equal(np.isnan(got), np.isnan(expected), err_msg=what)
    if most_ulps:
        worst = ulps(got, expected)
        assert worst <= most_ulps, f"{what}: {worst} ULP apart: {got} and {expected}"
    else:
        np.testing.assert_array_equal(got, expected, err_msg=what)
        if signed_zeros:
            zero = expected == 0
            np.testing.assert_array_equal(np.signbit(got[zero]), np.signbit(expected[zero]), err_msg=f"{what}: sign of zero")


def outcome(function):
    """(value, None), or (None, the exception's builtin class)."""
    with np.errstate(all="ignore"):
        try:
            return function(), None
        except (TypeError, ValueError, IndexError, OverflowError, ZeroDivisionError) as error:
            kinds = (TypeError, OverflowError, ZeroDivisionError, IndexError, ValueError)
            return None, next(kind for kind in kinds if isinstance(error, kind))


def check_same(ours, numpys, what="", **how):
    """Both callables give the same array or raise the same class."""
    expected, error = outcome(numpys)
    if error is not None:
        with pytest.raises(error):
            np.asarray(ours())
    else:
        check(ours(), expected, what=what, **how)
