"""Extrema of what cannot be NaN leave out the look for NaN: by numbers known to be finite, and by operands that are looked at first."""
import warnings

import numpy as np
import pytest

import broadloom as bl

PAIRS = [
    lambda a, b: a[:, None] + b,
    lambda a, b: a[:, None] * b,
    lambda a, b: abs(a[:, None] - b),
    lambda a, b: a[:, None] - b * b.dtype.type(2),
    lambda a, b: (a[:, None] - b) * b.dtype.type(np.inf),
    lambda a, b: a[:, None] * b.dtype.type(np.nan) + b,
    lambda a, b: a[:, None] / b,
    lambda a, b: a[:, None] ** 2 + b * b,
]


def poisoned(kind, dtype):
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal(301).astype(dtype), rng.standard_normal(257).astype(dtype)
    if kind == "opposite":
        x[7], y[9] = np.inf, -np.inf
    elif kind == "large":
        x[7], y[9], y[11] = np.finfo(dtype).max, np.finfo(dtype).max, -np.finfo(dtype).max
    elif kind == "zero":
        x[7], y[9] = 0, 0
    elif kind is not None:
        x[7] = kind
    return x, y


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16])
@pytest.mark.parametrize("kind", [None, np.nan, np.inf, -np.inf, "opposite", "large", "zero"])
def test_extrema_over_pairs(kind, dtype):
    x, y = poisoned(kind, dtype)
    a, b = bl.asarray(x), bl.asarray(y)
    for place, f in enumerate(PAIRS):
        for name in ("max", "min"):
            for axis in (0, 1):
                with np.errstate(all="ignore"), bl.errstate(all="ignore"):
                    expected = getattr(f(x, y), name)(axis=axis)
                    ours = np.asarray(getattr(bl, name)(f(a, b), axis=axis))
                np.testing.assert_array_equal(ours, expected, err_msg=f"pair {place}, {name} of axis {axis}")


@pytest.mark.parametrize("source", [np.uint8, np.int32, np.bool_, np.int64, np.float32])
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16])
def test_extrema_of_two(dtype, source):
    x = (np.random.default_rng(1).standard_normal(1000) * 100).astype(source)
    if source is np.float32:
        x[5] = np.nan
    a = bl.asarray(x)
    for factor in (1.25, np.inf, -np.inf, np.nan, 3e38, 0):
        for bound in (0, -0.0, np.nan, -np.inf, np.inf):
            for name in ("maximum", "minimum", "fmax", "fmin"):
                with np.errstate(all="ignore"), bl.errstate(all="ignore"):
                    ours, expected = [
                        getattr(m, name)(v.astype(dtype) * dtype(factor) + dtype(10), dtype(bound)) for m, v in ((bl, a), (np, x))]
                    np.testing.assert_array_equal(np.asarray(ours), expected, err_msg=f"{name} {factor} {bound}")
                    ours, expected = [
                        getattr(m, name)(v.astype(dtype) * dtype(1e30) * dtype(factor), v.astype(dtype) * dtype(bound)) for m, v in ((bl, a), (np, x))]
                    np.testing.assert_array_equal(np.asarray(ours), expected, err_msg=f"{name} {factor} {bound}, far")


def test_what_was_finite_may_change():
    x, y = poisoned(None, np.float32)
    a, b = bl.asarray(x), bl.asarray(y)
    for value in (1.0, np.nan, 2.0, np.inf, -np.inf, 3.0):
        x[3] = value
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            np.testing.assert_array_equal(np.asarray((a[:, None] * b).max(1)), (x[:, None] * y).max(1))


def test_a_number_of_one_call_is_not_that_of_the_next():
    x = np.arange(-50, 50, dtype=np.float32)
    for factor in (1.0, np.nan, 2.0, np.inf, 0.0):
        with np.errstate(all="ignore"), bl.errstate(all="ignore"):
            np.testing.assert_array_equal(np.asarray(bl.maximum(bl.asarray(x) * np.float32(factor), 0)), np.maximum(x * np.float32(factor), 0))
