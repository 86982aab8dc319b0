"""Complex numbers against NumPy's: values, special values, layouts, reductions, casts and errors."""

import itertools

import numpy as np
import pytest

import broadloom as bl
from comparing import check_same, outcome
from expressions import check_expression

DTYPES = ["complex64", "complex128"]
UNARY = ["positive", "negative", "abs", "sign", "square", "reciprocal", "sqrt", "exp", "exp2", "expm1", "log", "log2", "log10",
         "log1p", "sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "rint", "conj",
         "isnan", "isinf", "isfinite", "logical_not", "real", "imag", "angle", "isreal", "iscomplex", "nan_to_num"]
BINARY = ["add", "subtract", "multiply", "divide", "pow", "maximum", "minimum", "fmax", "fmin", "equal", "not_equal", "less",
          "less_equal", "greater", "greater_equal", "logical_and", "logical_or", "logical_xor", "float_power"]
SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, 2.0, np.inf, -np.inf, np.nan, 3e-320, 1e-40, 1e30, -1e300]


def numbers(dtype, count, seed=0):
    rng = np.random.default_rng(seed)
    scale = 10.0 ** rng.uniform(-6, 2.2, (2, count)) * rng.choice([-1, 1], (2, count))
    return (scale[0] + 1j * scale[1]).astype(dtype)


def specials(dtype, name=""):
    # NumPy's products of complex numbers are fused where the machine can: another overflow beside an infinity.
    parts = [x for x in SPECIAL if name not in ("square", "multiply") or not 1e20 < abs(x) < np.inf]
    with np.errstate(all="ignore"):
        pairs = list(itertools.product(parts, parts))
        z = np.empty(len(pairs), dtype)
        z.real, z.imag = np.array(pairs).T
    return z


def near(actual, expected, ulps, what):
    """Each part within `ulps` of the whole number's last place; NaN and infinities where NumPy has them."""
    got = np.asarray(actual)
    assert got.dtype == expected.dtype and got.shape == expected.shape, what
    if got.dtype.kind != "c":
        np.testing.assert_allclose(got, expected, rtol=4 * np.finfo(got.dtype).eps if got.dtype.kind == "f" else 0, err_msg=what)
        return
    size = np.maximum(abs(expected.real), abs(expected.imag))
    with np.errstate(all="ignore"):
        for a, b in ((got.real, expected.real), (got.imag, expected.imag)):
            finite = np.isfinite(b) & np.isfinite(size)
            error = abs(a - b)[finite] / np.maximum(np.spacing(size[finite]), np.finfo(b.dtype).tiny)
            assert error.size == 0 or error.max() <= ulps, f"{what}: {error.max()} ULP at {np.argmax(error)}"
            np.testing.assert_array_equal(np.isnan(a), np.isnan(b), err_msg=what)
            np.testing.assert_array_equal(a[np.isinf(b)], b[np.isinf(b)], err_msg=what)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", UNARY)
def test_unary(name, dtype):
    z = numbers(dtype, 3000)
    with np.errstate(all="ignore"):
        expected = getattr(np, name)(z)
        if expected.dtype.kind == "c":  # NumPy's float64 log1p loses small numbers
            expected = getattr(np, name)(z.astype(np.clongdouble)).astype(dtype)
        near(getattr(bl, name)(bl.asarray(z)), expected, {"exp2": 256, "log1p": 512}.get(name, 8), f"{name} {dtype}")


# Where C99 or NumPy's choice of formula leaves what we do otherwise open: docs/numerics.md.
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", UNARY)
def test_special_values(name, dtype):
    z = specials(dtype, name)
    with np.errstate(all="ignore"):
        expected = vectors(getattr(np, name), z)
        got = np.asarray(getattr(bl, name)(bl.asarray(z)))
    if expected.dtype.kind != "c":
        np.testing.assert_allclose(got, expected, rtol=1e-6 if expected.dtype.kind == "f" else 0)
        return
    different = [(z[i], got[i], expected[i]) for i in range(z.size) if not alike(got[i], expected[i])]
    assert not different, f"{len(different)}: {different[:8]}"


def vectors(function, *operands):
    """NumPy's vector loop for each element: its scalar loop, for the last ones, rounds products otherwise."""
    return function(*(np.repeat(x, 16) for x in operands))[::16]


def alike(a, b):
    if np.isnan(a.real) and np.isnan(b.real) or np.isnan(a.imag) and np.isnan(b.imag):  # C99 leaves these signs open
        a, b = (complex(abs(x.real), abs(x.imag)) for x in (a, b))

    def part(x, y):
        if np.isnan(x) or np.isnan(y) or np.isinf(x) or np.isinf(y):
            return (np.isnan(x) and np.isnan(y)) or x == y
        size = max(abs(w) for w in (b.real, b.imag) if np.isfinite(w)) * 1e-2
        return abs(x - y) <= 1e-5 * max(abs(x), abs(y), size) or abs(x - y) < 1e-37

    return part(a.real, b.real) and part(a.imag, b.imag)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", BINARY)
def test_binary(name, dtype):
    x, y = numbers(dtype, 2000, 1), numbers(dtype, 2000, 2)
    if "pow" in name:  # of numbers whose powers are neither 0 nor infinite
        x, y = (w / np.maximum(abs(w), 1) for w in (x, y))
    for a, b in [(x, y), (x, y.real.copy()), (x.real.copy(), y), (x, np.float32(1.5)), (np.arange(2000), y)]:
        with np.errstate(all="ignore"):
            expected = getattr(np, {"pow": "power"}.get(name, name))(a, b)
            near(getattr(bl, name)(bl.asarray(a), bl.asarray(b)), expected, 64 if "pow" in name else 4, name)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("exponent", [0, 1, 2, 3, -1, -2, 5, 17, -31, 99, 0.5, 2.5, 1j, 2 - 1j])
def test_powers_of_one_exponent(dtype, exponent):
    z = numbers(dtype, 300)
    z = z / abs(z) * 1.05
    with np.errstate(all="ignore"):
        near(bl.asarray(z) ** exponent, z ** exponent, 256, f"{exponent}")


@pytest.mark.parametrize("name", ["add", "subtract", "multiply", "divide", "maximum", "minimum", "fmax", "fmin", "equal", "less",
                                  "less_equal", "greater", "greater_equal"])
def test_special_pairs(name):
    z = specials("complex128", name)
    x, y = np.repeat(z, z.size), np.tile(z, z.size)
    with np.errstate(all="ignore"):
        expected = vectors(getattr(np, name), x, y)
        got = np.asarray(getattr(bl, name)(bl.asarray(x), bl.asarray(y)))
    np.testing.assert_allclose(got, expected, rtol=1e-14, atol=1e-90)


@pytest.mark.parametrize("name", ["sum", "prod", "mean", "var", "std", "any", "all", "min", "max", "argmin", "argmax", "cumsum",
                                  "cumprod"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_reductions(name, dtype):
    z = (numbers(dtype, 105).reshape(3, 5, 7) / 10).astype(dtype)
    for x in (z, z.transpose(2, 0, 1), z[:, ::2], z[:1, :1, :1]):
        for axis in (None, 0, 1, 2, *([(0, 2)] if name[:3] not in ("arg", "cum") else [])):
            expected = getattr(np, name)(x, axis=axis)
            got = np.asarray(getattr(bl, name)(bl.asarray(x), axis=axis))
            assert (got.dtype, got.shape) == (expected.dtype, np.shape(expected)), (name, axis)
            tolerance = 1e-4 if dtype == "complex64" else 1e-12
            np.testing.assert_allclose(got, expected, rtol=tolerance, atol=tolerance * np.abs(expected).max())


def test_layouts_and_matmul():
    z = numbers("complex128", 60).reshape(4, 15)
    for x in (z, z.T, z[::2, ::-1], np.broadcast_to(z[0], (3, 15)), z[:, :1], z.astype("complex64"), z[:0]):
        check_same(lambda: bl.asarray(x) * 1, lambda: x * 1)
        check_same(lambda: (bl.asarray(x) + 1j).T, lambda: (x + 1j).T)
        np.testing.assert_allclose(np.asarray(bl.asarray(x) @ x.conj().T), x @ x.conj().T, rtol=1e-5, atol=1e-2)
    for n in range(20):
        check_same(lambda: bl.asarray(z.ravel()[:n])[::-1] + 1, lambda: z.ravel()[:n][::-1] + 1)
    unaligned = np.frombuffer(bytes(8) + z.tobytes(), np.float64)[1:].view(complex)
    check_same(lambda: bl.asarray(unaligned) + 0, lambda: unaligned + 0)


EXPRESSIONS = """
m.zeros(3, complex)
m.full((2,), 1+2j)
m.ones(2, 'c8') * 2
m.arange(3) * 1j
m.asarray([1, 2.5, 3j])
m.astype(m.asarray([1.5, 2]), complex)
m.asarray([1+2j, 0]).astype(float)
m.asarray([1+2j, 0]).astype(int)
m.asarray([1+2j, 0j]).astype(bool)
m.asarray([1+2j]).astype('c8')
m.sum(m.asarray([1+2j, 2]), dtype=float)
m.sum(m.asarray([1., 2]), dtype=complex)
m.mean(m.asarray([1+2j, 2]), dtype='c8')
m.where(m.asarray([True, False]), 1j, 2)
m.where(m.asarray([1j, 0]), 1, 2.5)
m.clip(m.asarray([1j, 2, 5]), 1, 3+1j)
m.round(m.asarray([1.55+2.44j]), 1)
m.round(m.asarray([complex(np.inf, 1.25)]), 1)
m.nan_to_num(m.asarray([complex(-0.0, 1)]))
m.arange(3, dtype='complex64')
m.arange(1, 4, 2, dtype=complex)
m.asarray([0j]) ** (1+1j)
m.floor(m.asarray([1j]))
m.asarray([1j]) // 1
m.asarray([1j]) % 1
m.arctan2(m.asarray([1j]), 1)
m.signbit(m.asarray([1j]))
m.invert(m.asarray([1j]))
m.bitwise_and(m.asarray([1j]), 1)
m.hypot(m.asarray([1j]), 1)
m.logaddexp(m.asarray([1j]), 1)
m.isposinf(m.asarray([1j]))
m.isclose(m.asarray([1j, 1]), m.asarray([1j, 1.1]))
m.result_type(m.float32, m.complex64)
m.result_type(m.asarray(np.ones(2, 'f4')), 1j)
m.can_cast(m.complex64, m.float64)
float(m.asarray(1j))
complex(m.asarray(1j))
bool(m.asarray(1j))
m.asarray([1, 2], dtype=np.float16) * 1j
m.max(m.asarray([1+1j, 1+2j, 0]))
m.min(m.zeros(0, complex))
m.prod(m.zeros(0, complex))
m.linspace(0, 1, 3) + 1j
m.real(m.asarray([1, 2]))
m.imag(m.asarray([1, 2]))
m.conj(m.asarray([True]))
m.full(2, 1j, dtype=float)
m.full(2, 1+0j, dtype='i4')
m.full_like(m.ones(2), 1j)
m.full(2, 1j, dtype=bool)
"""


@pytest.mark.parametrize("text", [line for line in EXPRESSIONS.splitlines() if line])
def test_expression(text):
    check_expression(text, bl, most_ulps=1, warning_classes=(np.exceptions.ComplexWarning,))


def test_parts_fuse():
    z = bl.asarray(numbers("complex128", 1000))
    text = bl.explain(bl.abs(bl.exp(z * 2j) + 1))
    assert text.count("map over") == 1, text


@pytest.mark.parametrize("dtype", ["complex64", "complex128"])
def test_logarithms_of_what_is_scaled(dtype):
    """Moduli around the powers of two by which they are scaled, so that they come to lie near 1."""
    powers = (80, -80) if dtype == "complex64" else (600, -600)
    angles = np.linspace(-3, 3, 61)
    for power in powers:
        for modulus in (0.71, 0.99, 1.0, 1.3):
            z = (np.ldexp(modulus, power) * (np.cos(angles) + 1j * np.sin(angles))).astype(dtype)
            for name in ("log", "log2", "log10", "arcsinh", "arccosh", "arcsin"):
                expected = getattr(np, name)(z)
                np.testing.assert_allclose(np.asarray(getattr(bl, name)(bl.asarray(z))), expected, rtol=8 * np.finfo(dtype).eps)


def test_picked_rows_less_their_means():
    x = np.arange(40.0).reshape(8, 5) * (1 + 2j)
    picked = bl.array(x)[[0, 2, -1]]
    got = picked - picked.mean(axis=-1, keepdims=True)
    np.testing.assert_allclose(np.asarray(got), x[[0, 2, -1]] - x[[0, 2, -1]].mean(axis=-1, keepdims=True))
