"""Functions composed of the table's operations, cumulative ones and joins, against NumPy's."""

import fractions

import ml_dtypes
import numpy as np
import pytest

import broadloom as bl
from comparing import DTYPES, LAYOUTS, check, check_same, make, values
from judges import JUDGES

UNARY = {"sinc": 2, "isposinf": 0, "isneginf": 0, "spacing": 0, "fabs": 0, "nan_to_num": 0, "real": 0, "imag": 0, "conj": 0,
         "isreal": 0, "iscomplex": 0, "deg2rad": 0, "rad2deg": 0}
# Where the sum of an operand and a logarithm cancels, its last places are both functions' errors.
BINARY = {"logaddexp": 8, "logaddexp2": 8, "float_power": 1}


@pytest.mark.parametrize("name", UNARY)
@pytest.mark.parametrize("dtype", DTYPES)
def test_unary(name, dtype):
    for layout in LAYOUTS:
        x = make(dtype, layout)
        check_same(lambda: getattr(bl, name)(bl.asarray(x)), lambda: getattr(np, name)(x), f"{name} {dtype} {layout}",
                   most_ulps=UNARY[name])


@pytest.mark.parametrize("name", BINARY)
@pytest.mark.parametrize("dtype", ["bool", "int8", "uint16", "int64", "float16", "float32", "float64"])
def test_binary(name, dtype):
    x, y = values(dtype, 300, 1), values(dtype, 300, 2)
    check_same(lambda: getattr(bl, name)(bl.asarray(x), bl.asarray(y)), lambda: getattr(np, name)(x, y), f"{name} {dtype}",
               most_ulps=BINARY[name])


@pytest.mark.parametrize("name", ["frexp", "modf"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_pairs(name, dtype):
    x = values(dtype, 200)
    with np.errstate(all="ignore"):
        expected = getattr(np, name)(x)
    for ours, numpys in zip(getattr(bl, name)(bl.asarray(x)), expected):
        check(ours, numpys, what=f"{name} {dtype}")


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_frexp_and_ldexp_of_all_magnitudes(dtype):
    info = np.finfo(dtype)
    rng = np.random.default_rng(0)
    exponents = rng.integers(info.minexp - info.nmant - 2, info.maxexp + 2, 4000)
    with np.errstate(all="ignore"):
        x = np.ldexp(rng.uniform(-1, 1, 4000), exponents).astype(dtype)
        mantissas, powers = np.frexp(x)
        check(bl.frexp(bl.asarray(x))[0], mantissas)
        check(bl.frexp(bl.asarray(x))[1], powers)
        for shift in (rng.integers(-2200, 2200, 4000), rng.integers(-60, 60, 4000).astype(np.int8)):
            check(bl.ldexp(bl.asarray(x), bl.asarray(shift)), np.ldexp(x, shift), what=f"{dtype} {shift.dtype}")
        every = np.arange(-1100, 1100)
        check(bl.ldexp(bl.asarray(np.ones(2200, dtype)), every), np.ldexp(np.ones(2200, dtype), every))


def test_ldexp_takes_integer_exponents_only():
    for exponent in (2.0, np.uint64(3), np.array([1.5])):
        check_same(lambda: bl.ldexp(bl.asarray([1.0]), exponent), lambda: np.ldexp(np.array([1.0]), exponent))


def rounded(value, info):
    """A fraction to nearest, ties to even, in a dtype of these limits."""
    if value == 0:
        return 0.0
    exponent = abs(value.numerator).bit_length() - value.denominator.bit_length()
    exponent -= abs(value) < fractions.Fraction(2) ** exponent
    place = fractions.Fraction(2) ** int(max(exponent, info.minexp) - info.nmant)
    result = round(value / place) * place
    return float(result) if abs(result) <= fractions.Fraction(float(info.max)) else np.copysign(np.inf, float(np.sign(value)))


@pytest.mark.parametrize("dtype", [np.float16, ml_dtypes.bfloat16, np.float32, np.float64], ids=lambda d: np.dtype(d).name)
def test_fma_rounds_once(dtype):
    """Sums that end just beside the middle of two numbers among them, where a second rounding would be seen."""
    info, rng = ml_dtypes.finfo(dtype), np.random.default_rng(3)
    size = np.dtype(dtype).itemsize
    x, y, z = (rng.integers(0, 256, (6000, size), np.uint8).view(dtype).ravel() for _ in range(3))
    half = 1 + 2.0 ** -np.arange(1, info.nmant + 1)
    x[:half.size], y[:half.size] = half.astype(dtype), half[::-1].astype(dtype)
    z[:2 * half.size] = info.smallest_subnormal
    x[half.size:2 * half.size], y[half.size:2 * half.size] = half.astype(dtype), -half[::-1].astype(dtype)
    with bl.errstate(all="ignore"):
        got = np.asarray(bl.fma(bl.asarray(x), bl.asarray(y), bl.asarray(z)))
    assert got.dtype == dtype
    operands = zip(x.astype(float), y.astype(float), z.astype(float), got.astype(float))
    for a, b, c, result in operands:
        if not np.isfinite([a, b, c]).all():
            continue
        exact = fractions.Fraction(a) * fractions.Fraction(b) + fractions.Fraction(c)
        assert result == rounded(exact, info), (a, b, c)


def test_fma_broadcasts_and_refuses():
    x, y, z = np.arange(6).reshape(2, 3, 1), np.arange(4, dtype=np.int8), 7
    check(bl.fma(x, y, z), x * y + z)
    check(bl.fma(np.float32([2, np.inf, np.nan]), 0.5, np.float32([1])), np.float32([2, np.inf, np.nan]))
    for wrong in (lambda: bl.fma(np.ones(2), 1j, 2), lambda: bl.lerp(1, np.array([1j]), 2)):
        with pytest.raises(TypeError, match="complex"):
            wrong()
    with pytest.raises(ValueError, match="broadcast"):
        bl.fma(np.ones(2), np.ones(3), 1)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_lerp(dtype):
    rng = np.random.default_rng(0)
    a, b = (rng.standard_normal((30, 1)).astype(dtype) * 10 ** rng.uniform(-9, 9, (30, 1)).astype(dtype) for _ in range(2))
    t = np.concatenate([rng.uniform(-1, 2, 20), [0, 0.5, 1]]).astype(dtype)
    check(bl.lerp(bl.asarray(a), bl.asarray(b), bl.asarray(t)), np.where(abs(t) < 0.5, a + t * (b - a), b - (b - a) * (1 - t)))
    check(bl.lerp(bl.asarray(a), b, 1), b)
    check(bl.lerp(bl.asarray(a), b, 0), a)
    out = bl.zeros(a.shape, dtype)
    assert bl.lerp(a, b, 1.0, out=out, where=a > 0) is out
    check(out, np.where(a > 0, b, 0).astype(dtype))


def test_lerp_dtypes():
    for a, b, t, result in [(1, 2, 0.25, "float64"), (np.uint8([1]), 3, 0.5, "float64"), (np.int8([1]), np.int8(3), np.int8(1), "float16"),
                            (np.float16([1]), 3, 0.5, "float16"), (np.int32([1]), 3, np.float32([0.5]), "float64")]:
        assert bl.lerp(a, b, t).dtype == result


def test_popcount():
    x = np.array([0, 1, -7, 255])
    check(bl.popcount(x), np.bitwise_count(x))


def test_digamma_beside_its_zeros():
    low, high = -np.arange(1, 61) + 1e-9, -np.arange(0.0, 60) - 1e-9
    for _ in range(60):
        middle = (low + high) / 2
        rises = np.asarray(bl.digamma(bl.asarray(middle))) < 0
        low, high = np.where(rises, middle, low), np.where(rises, high, middle)
    x = (low.view(np.int64)[:, None] + np.arange(-4, 5)).view(np.float64)
    assert abs(np.asarray(bl.digamma(bl.asarray(x)))).min() < 1e-15
    check(bl.digamma(bl.asarray(x)), JUDGES["digamma"](x), most_ulps=1)


@pytest.mark.parametrize("equal_nan", [False, True])
def test_isclose(equal_nan):
    x = np.array([1.0, 1.00001, np.nan, np.inf, -np.inf, 0.0, 1e-9, 5])
    y = np.array([1.0, 1.0, np.nan, np.inf, np.inf, 1e-9, 0, 6])
    for a, b in [(x, y), (x.astype(np.float32), y.astype(np.float32)), (x, 1.0), (np.arange(5), np.arange(5)[::-1]), (3, x)]:
        for how in ({}, {"rtol": 0.2}, {"atol": 1.5}):
            check_same(lambda: bl.isclose(bl.asarray(a), b, equal_nan=equal_nan, **how),
                       lambda: np.isclose(a, b, equal_nan=equal_nan, **how))
            assert bool(bl.allclose(a, b, equal_nan=equal_nan, **how)) == np.allclose(a, b, equal_nan=equal_nan, **how)
    assert bool(bl.array_equal(x, x)) == np.array_equal(x, x)
    assert bool(bl.array_equal(x, x, equal_nan=True)) and not bl.array_equal(x, x[:3])


def test_nan_to_num_takes_other_numbers():
    x = np.array([np.nan, np.inf, -np.inf, 1.5])
    check(bl.nan_to_num(x, nan=7, posinf=8, neginf=9), np.nan_to_num(x, nan=7, posinf=8, neginf=9))


@pytest.mark.parametrize("x", [[np.nan, 1.0, -np.inf], [1, 2], [complex(np.nan, np.inf)]])
def test_nan_to_num_without_a_copy(x):
    ours, theirs, lent = bl.asarray(x), np.array(x), np.array(x)
    assert bl.nan_to_num(ours, copy=False) is ours
    assert bl.nan_to_num(lent, copy=False) is lent
    check(ours, np.nan_to_num(theirs, copy=False))
    np.testing.assert_array_equal(lent, theirs)
    lent.flags.writeable = False
    is_exact = lent.dtype.kind == "i"  # there is nothing to be written
    for cannot in (x, x[0], np.float32(2)) if is_exact else (x, x[0], np.float32(2), lent):
        for m in (bl, np):
            with pytest.raises(ValueError):
                m.nan_to_num(cannot, copy=False)
    if is_exact:
        assert bl.nan_to_num(lent, copy=False) is lent


@pytest.mark.parametrize("name", ["cumsum", "cumprod"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_cumulative(name, dtype):
    for layout in LAYOUTS:
        x = make(dtype, layout, special=False)
        axes = [None, *range(-1, x.ndim), x.ndim]
        for axis in axes:
            check_same(lambda: getattr(bl, name)(bl.asarray(x), axis=axis), lambda: getattr(np, name)(x, axis=axis),
                       f"{name} {dtype} {layout} {axis}")
    x = values(dtype, 60).reshape(3, 20)
    for accumulate in ("float32", "int16", "float64", "bool"):
        check_same(lambda: getattr(bl, name)(bl.asarray(x), 1, accumulate), lambda: getattr(np, name)(x, 1, accumulate),
                   f"{name} {dtype} as {accumulate}")


@pytest.mark.parametrize("dtype", DTYPES)
def test_cumulative_extrema(dtype):
    for layout in ("seven", "transposed", "matrix", "empty"):
        x = make(dtype, layout)
        for axis in range(x.ndim):
            check(bl.cumulative_max(x, axis), np.maximum.accumulate(x, axis), signed_zeros=False)
            check(bl.cumulative_min(x, axis), np.minimum.accumulate(x, axis), signed_zeros=False)


@pytest.mark.parametrize("dtype", DTYPES)
def test_logcumsumexp(dtype):
    for layout in LAYOUTS:
        x = make(dtype, layout)
        for axis in range(-1, x.ndim):
            with np.errstate(all="ignore"):
                ours = np.asarray(bl.logcumsumexp(bl.asarray(x), axis))
                numpys = np.logaddexp.accumulate(np.atleast_1d(x), axis, dtype=bl.log(bl.asarray(x)).dtype)
            assert (ours.dtype, ours.shape) == (numpys.dtype, numpys.shape)
            np.testing.assert_allclose(ours, numpys, rtol={2: 1e-2, 4: 2e-6, 8: 1e-13}[ours.itemsize])


def test_logcumsumexp_is_stable_and_lazy():
    x = np.array([-1000.0, 0, -np.inf, 1000, 1000])
    expected = [-1000, 0, 0, 1000, 1000 + np.log(2)]
    check(bl.logcumsumexp(x), np.array(expected), most_ulps=1)
    check(bl.logcumsumexp(-np.inf * np.ones(3)), np.full(3, -np.inf))
    check(bl.logcumsumexp([np.inf, np.nan, 1]), np.array([np.inf, np.nan, np.nan]))
    check(bl.logcumsumexp(np.ones((2, 3)), dtype="float32", out=bl.zeros((6,), "float32")),
          1 + np.log(np.arange(1, 7, dtype="float32")), most_ulps=4)
    y = bl.asarray(np.random.default_rng(0).standard_normal((40, 30)))
    assert "cumulative_logaddexp" in bl.explain(bl.logcumsumexp(y * 2, axis=0))
    np.testing.assert_allclose(bl.exp(bl.logcumsumexp(y * 2, 0)), np.cumsum(np.exp(2 * np.asarray(y)), 0), rtol=1e-13)
    with np.errstate(all="raise"), bl.errstate(all="raise"):
        bl.eval(bl.logcumsumexp(x), bl.logcumsumexp(np.array([-1e308, 1e308])))
    for wrong in ({"x": [1j]}, {"x": [1.0], "dtype": int}, {"x": [1.0], "dtype": complex}, {"x": ["a"]}):
        with pytest.raises((TypeError, NotImplementedError)):
            bl.logcumsumexp(**wrong)
    for axis in (1, -2):
        with pytest.raises(np.exceptions.AxisError):
            bl.logcumsumexp([1.0], axis)


def test_cumulative_strides_are_numpys():
    x = np.asfortranarray(np.ones((3, 4)))
    assert np.asarray(bl.cumsum(x, 0)).strides == np.cumsum(x, 0).strides


@pytest.mark.parametrize("name", ["cumulative_sum", "cumulative_prod"])
def test_cumulative_of_the_standard(name):
    x = np.arange(1, 13.0).reshape(3, 4)
    for how in ({"axis": 0}, {"axis": 1, "include_initial": True}, {"axis": -1, "dtype": "float32"}, {}):
        check_same(lambda: getattr(bl, name)(x, **how), lambda: getattr(np, name)(x, **how))
    check_same(lambda: getattr(bl, name)(x[0], include_initial=True), lambda: getattr(np, name)(x[0], include_initial=True))


def test_cumulative_reads_what_is_fused():
    x = np.random.default_rng(0).standard_normal((200, 300))
    check(bl.cumsum(bl.asarray(x) * 2 + 1, axis=1) - 1, np.cumsum(x * 2 + 1, axis=1) - 1)
    assert "cumulative_sum" in bl.explain(bl.cumsum(bl.asarray(x) * 2, axis=0))


def test_concat_and_stack():
    a, b = np.arange(6).reshape(2, 3), np.ones((1, 3), np.float32)
    for axis in (0, 1, -1, None, 2):
        check_same(lambda: bl.concat([a, b], axis=axis), lambda: np.concatenate([a, b], axis=axis))
    for axis in (0, 1, 2, -1, 3):
        check_same(lambda: bl.stack([a, a.T.reshape(2, 3)], axis=axis), lambda: np.stack([a, a.T.reshape(2, 3)], axis=axis))
    check_same(lambda: bl.stack([a, b]), lambda: np.stack([a, b]))
    check_same(lambda: bl.concat([]), lambda: np.concatenate([]))
    check_same(lambda: bl.concat([np.uint16(1), np.int8(2)]), lambda: np.concatenate([np.uint16(1), np.int8(2)]))


@pytest.mark.parametrize("dtype", ["bool", "uint8", "int16", "float16", "float32", "complex64"])
def test_numbers_beside_arrays_follow_them(dtype):
    x = np.ones((1, 2), dtype)
    for numbers in ([1], [1.5], [True], [1j], [1, 2.5], [np.int8(1), 2]):
        check_same(lambda: bl.concat([x, *numbers], axis=None), lambda: np.concatenate([x, *numbers], axis=None))
        check_same(lambda: bl.union1d(numbers[-1], x), lambda: np.union1d(numbers[-1], x))
    check_same(lambda: bl.concat([1, 2.5], axis=None), lambda: np.concatenate([1, 2.5], axis=None))
    check_same(lambda: bl.concat([x, 1.0]), lambda: np.concatenate([x, 1.0]))
    check_same(lambda: bl.stack([x[0, 0], 1.0]), lambda: np.stack([x[0, 0], 1.0]))


@pytest.mark.parametrize("name", ["hypot", "copysign", "arctan2", "heaviside", "nextafter", "logaddexp"])
@pytest.mark.parametrize("dtype,number", [("int8", 300), ("int16", 70000), ("uint8", -1)])
def test_numbers_that_the_integers_cannot_hold(name, dtype, number):
    x = np.arange(5, dtype=dtype)
    check_same(lambda: getattr(bl, name)(bl.asarray(x), number), lambda: getattr(np, name)(x, number), most_ulps=1)
