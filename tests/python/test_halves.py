"""float16 and bfloat16: computed as float32, rounded once per operation. Judges: NumPy and ml_dtypes."""

import ml_dtypes
import numpy as np
import pytest

import broadloom as bl
from comparing import DTYPES

HALVES = [np.dtype(np.float16), np.dtype(ml_dtypes.bfloat16)]
# NumPy and ml_dtypes agree with us to the bit on these.
EXACT = ["negative", "positive", "abs", "sign", "square", "sqrt", "floor", "ceil", "trunc", "rint", "reciprocal"]
TESTS = ["isnan", "isinf", "isfinite", "signbit", "logical_not"]
BINARY = ["add", "subtract", "multiply", "divide", "maximum", "minimum", "copysign", "equal", "less", "greater_equal", "logical_and"]


def every(dtype):
    return np.arange(2**16, dtype=np.uint16).view(dtype)


def same(got, expected, what):
    """The same bits; any NaN for a NaN; either zero where `what` is min or max."""
    got = np.asarray(got)
    assert got.dtype == expected.dtype, what
    if expected.dtype.itemsize != 2 or expected.dtype.kind in "iu":
        np.testing.assert_array_equal(got, expected, err_msg=what)
        return
    nan = np.isnan(expected)
    np.testing.assert_array_equal(np.isnan(got), nan, err_msg=what)
    a, b = got.view(np.uint16), expected.view(np.uint16)
    either = (expected == 0) & (what in ("maximum", "minimum"))
    different = (a != b) & ~nan & ~either
    assert not different.any(), f"{what}: {got[different][:5]} and {expected[different][:5]}"


@pytest.mark.parametrize("dtype", HALVES, ids=str)
@pytest.mark.parametrize("name", EXACT + TESTS)
def test_every_number(name, dtype):
    x = every(dtype)
    with np.errstate(all="ignore"):
        expected = getattr(np, name)(x)
    got = getattr(bl, name)(bl.asarray(x))
    if name == "sign":  # of NaN and of zeros: as for float32
        with np.errstate(all="ignore"):
            expected = np.sign(x.astype(np.float32)).astype(dtype)
    same(got, expected, name)


@pytest.mark.parametrize("dtype", HALVES, ids=str)
@pytest.mark.parametrize("name", BINARY)
def test_pairs_of_bits(name, dtype):
    rng = np.random.default_rng(7)
    x, y = (rng.integers(0, 2**16, 400_000, np.uint16).view(dtype) for _ in range(2))
    with np.errstate(all="ignore"):
        expected = getattr(np, name)(x, y)
    same(getattr(bl, name)(bl.asarray(x), bl.asarray(y)), expected, name)


@pytest.mark.parametrize("half", HALVES, ids=str)
@pytest.mark.parametrize("dtype", DTYPES)
def test_casts(half, dtype):
    with np.errstate(all="ignore"):
        same(bl.asarray(every(half)).astype(dtype), every(half).astype(dtype), f"{half} to {dtype}")
        rng = np.random.default_rng(5)
        size = np.dtype(dtype).itemsize
        x = rng.integers(0, 2**8, 100_000 * size, np.uint8)
        x = x.view(dtype) if dtype != "bool" else x > 127
        same(bl.asarray(x).astype(half), x.astype(half), f"{dtype} to {half}")
        if np.dtype(dtype).kind == "f":
            x = (rng.standard_normal(100_000) * 10.0 ** rng.uniform(-8, 6, 100_000)).astype(dtype)
            same(bl.asarray(x).astype(half), x.astype(half), f"{dtype} to {half}")


@pytest.mark.parametrize("dtype", HALVES, ids=str)
@pytest.mark.parametrize("name", ["exp", "log", "sin", "tanh", "erf"])
def test_functions_are_float32s_rounded(name, dtype):
    x = every(dtype)
    with np.errstate(all="ignore"):
        expected = np.asarray(getattr(bl, name)(bl.asarray(x.astype(np.float32)))).astype(dtype)
    same(getattr(bl, name)(bl.asarray(x)), expected, name)


@pytest.mark.parametrize("dtype", HALVES, ids=str)
@pytest.mark.parametrize("name", ["sum", "prod", "mean", "var", "std", "min", "max"])
def test_reductions_are_rounded_once(name, dtype):
    x = (np.random.default_rng(1).standard_normal((40, 1000)) + 1).astype(dtype)
    for axis in (None, 0, 1):
        got = getattr(bl, name)(bl.asarray(x), axis=axis)
        wide = getattr(bl, name)(bl.asarray(x.astype(np.float32)), axis=axis)
        with np.errstate(all="ignore"):
            same(got, np.asarray(wide).astype(dtype), f"{name} {axis}")
    assert (np.asarray(bl.argmin(bl.asarray(x), axis=1)) == np.argmin(x, axis=1)).all()


@pytest.mark.parametrize("dtype", HALVES, ids=str)
def test_in_and_out(dtype):
    x = np.arange(12).reshape(3, 4).astype(dtype)
    y = bl.asarray(x)
    assert y.dtype == dtype and np.asarray(y).dtype == dtype
    assert np.shares_memory(np.asarray(y), x)
    assert np.shares_memory(np.asarray(bl.asarray(x[:, ::-2])), x)
    assert (np.asarray(y.T + 1) == x.T + dtype.type(1)).all()
    assert (np.asarray(bl.where(y > 3, y, 0)) == np.where(x > dtype.type(3), x, dtype.type(0))).all()
    assert repr(bl.array(x[0])) == repr(x[0]).replace("array", "Array")
    assert y[1, 2].item() == 6.0 and float(y[0, 1]) == 1.0
    assert bl.asarray(x[0, 1]).dtype == dtype
    for made in (bl.zeros(3, dtype), bl.full(3, 2.5, dtype), bl.eye(3, dtype=dtype), bl.linspace(0, 1, 7, dtype=dtype)):
        assert np.asarray(made).dtype == dtype
    same(bl.arange(0, 20, 0.3, dtype=dtype), np.arange(0, 20, 0.3, dtype=dtype), "arange")
    product = np.asarray(bl.asarray(x) @ bl.asarray(x.T))
    assert product.dtype == dtype
    np.testing.assert_array_equal(product.astype(np.float32), x.astype(np.float32) @ x.T.astype(np.float32))


def test_bfloat16_promotes_as_float16_does():
    """NumPy itself finds no common dtype for bfloat16 with wider integers or float16, and widens it for a Python float."""
    x = bl.ones(2, dtype="bfloat16")
    for other, result in [("bool", "bfloat16"), ("int8", "bfloat16"), ("int16", "float32"), ("float16", "float32"),
                          ("int64", "float64"), ("float64", "float64")]:
        assert (x + bl.ones(2, dtype=other)).dtype == result
        assert (bl.ones(2, dtype=other) + x).dtype == result
    assert (x + 1.5).dtype == "bfloat16" and (x * True).dtype == "bfloat16"
