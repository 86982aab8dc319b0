"""Elementwise primitives, over the dtypes that JAX gives them and over special values."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from broadloom.jax import jit

from beside_jax import check

REAL = ["float16", "bfloat16", "float32", "float64"]
COMPLEX = ["complex64", "complex128"]
SIGNED = ["int8", "int16", "int32", "int64"]
UNSIGNED = ["uint8", "uint16", "uint32", "uint64"]
WHOLE = SIGNED + UNSIGNED


def is_wide(name):
    return name in ("float64", "int64", "uint64", "complex128")


def dtypes(names):
    """Those of numbers that only JAX's mode of now has: the wide ones, or the other ones."""
    return [name for name in names if is_wide(name) == jax.config.jax_enable_x64]


def values(dtype, seed=0, low=-8, high=8, shape=(5, 7)):
    dtype = jnp.dtype(dtype)
    generator = np.random.default_rng(seed)
    if dtype.kind in "iu":
        limits = np.iinfo(dtype)
        return generator.integers(max(low, limits.min), min(high, limits.max) + 1, shape).astype(dtype)
    if dtype.kind == "b":
        return generator.integers(0, 2, shape).astype(bool)
    x = generator.uniform(low, high, shape)
    return (x + 1j * generator.uniform(low, high, shape) if dtype.kind == "c" else x).astype(dtype)


def special(dtype):
    dtype = jnp.dtype(dtype)
    if dtype.kind in "iu":
        limits = np.iinfo(dtype)
        numbers = [0, 1, 2, 3, 5, 7, 8, limits.max, limits.max - 1, limits.min, limits.min + 1]
        return np.array(numbers + ([-1, -2, -3, -7] if dtype.kind == "i" else []), dtype)
    if dtype.kind == "b":
        return np.array([False, True])
    return np.array([0.0, -0.0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 3.75, np.nan, np.inf, -np.inf, 1e-3, 100]).astype(dtype)


# name: function, dtypes, lowest and highest value
UNARY = {
    "abs": (lax.abs, REAL + COMPLEX + SIGNED, -8, 8), "acos": (lax.acos, REAL + COMPLEX, -1, 1),
    "acosh": (lax.acosh, REAL + COMPLEX, 1, 8), "asin": (lax.asin, REAL + COMPLEX, -1, 1),
    "asinh": (lax.asinh, REAL + COMPLEX, -8, 8), "atan": (lax.atan, REAL + COMPLEX, -8, 8),
    "atanh": (lax.atanh, REAL + COMPLEX, -0.99, 0.99), "cbrt": (lax.cbrt, REAL, -8, 8), "ceil": (lax.ceil, REAL, -8, 8),
    "clz": (lax.clz, WHOLE, -100, 100), "conj": (lax.conj, COMPLEX, -8, 8), "cos": (lax.cos, REAL + COMPLEX, -3, 3),
    "cosh": (lax.cosh, REAL + COMPLEX, -3, 3), "digamma": (lax.digamma, ["float32", "float64"], 0.5, 8),
    "erf": (lax.erf, REAL, -3, 3), "erf_inv": (lax.erf_inv, ["float32", "float64"], -0.999, 0.999),
    "erfc": (lax.erfc, REAL, -2, 2), "exp": (lax.exp, REAL + COMPLEX, -4, 4), "exp2": (lax.exp2, REAL, -4, 4),
    "expm1": (lax.expm1, REAL + COMPLEX, -4, 4), "floor": (lax.floor, REAL, -8, 8), "imag": (lax.imag, COMPLEX, -8, 8),
    "integer_pow": (lambda x: lax.integer_pow(x, 3), REAL + SIGNED, -8, 8),
    "negative_power": (lambda x: lax.integer_pow(x, -2), REAL, 1, 4), "is_finite": (lax.is_finite, REAL, -8, 8),
    "lgamma": (lax.lgamma, ["float32", "float64"], 2.5, 8), "log": (lax.log, REAL + COMPLEX, 0.1, 8),
    "log1p": (lax.log1p, REAL + COMPLEX, -0.9, 8), "logistic": (lax.logistic, REAL + COMPLEX, -8, 8),
    "neg": (lax.neg, REAL + COMPLEX + WHOLE, -8, 8), "not": (lax.bitwise_not, WHOLE + ["bool"], -100, 100),
    "population_count": (lax.population_count, WHOLE, -100, 100), "real": (lax.real, COMPLEX, -8, 8),
    "round_away": (lambda x: lax.round(x, lax.RoundingMethod.AWAY_FROM_ZERO), REAL, -8, 8),
    "round_even": (lambda x: lax.round(x, lax.RoundingMethod.TO_NEAREST_EVEN), REAL, -8, 8),
    "rsqrt": (lax.rsqrt, REAL + COMPLEX, 0.1, 8), "sign": (lax.sign, REAL + WHOLE, -8, 8),
    "sin": (lax.sin, REAL + COMPLEX, -3, 3), "sinh": (lax.sinh, REAL + COMPLEX, -3, 3),
    "sqrt": (lax.sqrt, REAL + COMPLEX, 0, 8), "square": (lax.square, REAL + COMPLEX + WHOLE, -8, 8),
    "tan": (lax.tan, REAL + COMPLEX, -1.4, 1.4), "tanh": (lax.tanh, REAL + COMPLEX, -4, 4),
}
ROUNDED = {"round_away", "round_even", "sign", "is_finite", "ceil", "floor", "abs", "neg", "square", "sqrt", "integer_pow"}

BINARY = {
    "add": (lax.add, REAL + COMPLEX + WHOLE), "and": (lax.bitwise_and, WHOLE + ["bool"]), "atan2": (lax.atan2, REAL),
    "div": (lax.div, REAL + COMPLEX + WHOLE), "eq": (lax.eq, REAL + COMPLEX + WHOLE + ["bool"]), "ge": (lax.ge, REAL + WHOLE),
    "gt": (lax.gt, REAL + WHOLE), "le": (lax.le, REAL + WHOLE), "lt": (lax.lt, REAL + WHOLE), "max": (lax.max, REAL + WHOLE),
    "min": (lax.min, REAL + WHOLE), "mul": (lax.mul, REAL + COMPLEX + WHOLE), "ne": (lax.ne, REAL + COMPLEX + WHOLE),
    "nextafter": (lax.nextafter, ["float32", "float64"]), "or": (lax.bitwise_or, WHOLE + ["bool"]),
    "rem": (lax.rem, REAL + WHOLE),
    "shift_left": (lax.shift_left, WHOLE), "shift_right_arithmetic": (lax.shift_right_arithmetic, WHOLE),
    "shift_right_logical": (lax.shift_right_logical, WHOLE), "sub": (lax.sub, REAL + COMPLEX + WHOLE),
    "xor": (lax.bitwise_xor, WHOLE + ["bool"]),
}


@pytest.mark.parametrize("name", UNARY)
def test_unary(name, x64):
    function, names, low, high = UNARY[name]
    for dtype in dtypes(names):
        check(function, values(dtype, 1, low, high), units=128 if dtype in COMPLEX else 32, floor=2)
        if name in ROUNDED and dtype not in COMPLEX:
            check(function, special(dtype))


@pytest.mark.parametrize("name", BINARY)
def test_binary(name, x64):
    function, names = BINARY[name]
    for dtype in dtypes(names):
        check(function, values(dtype, 2), values(dtype, 3), floor=1)
        if dtype in COMPLEX:
            continue
        x = special(dtype)
        pairs = np.broadcast_to(x[:, None], (len(x), len(x))), np.broadcast_to(x, (len(x), len(x)))
        if name != "atan2":
            check(function, *pairs)


@pytest.mark.parametrize("source", REAL + WHOLE + ["bool"])
def test_conversions(source, x64):
    for target in REAL + WHOLE + COMPLEX + ["bool"]:
        if x64 == (is_wide(source) or is_wide(target)):
            check(lambda x: lax.convert_element_type(x, target), special(source))


@pytest.mark.parametrize("source", COMPLEX)
def test_conversions_of_complex_numbers(source, x64):
    for target in REAL + COMPLEX:
        if x64 == (is_wide(source) or is_wide(target)):
            check(lambda x: lax.convert_element_type(x, target), values(source))


@pytest.mark.parametrize("source", ["float32", "float64"])
def test_conversions_saturate(source, x64):
    x = np.array([np.nan, np.inf, -np.inf, -1.5, 300.7, 1e10, -1e10, 1e20, -1e20, 127.5, -128.9, 255.9, 2.0**31, 2.0**63], source)
    for target in WHOLE:
        if x64 == (is_wide(source) or is_wide(target)):
            check(lambda x: lax.convert_element_type(x, target), x)


def test_powers(x64):
    for dtype in dtypes(REAL):
        check(lax.pow, values(dtype, 1, 0.1, 4), values(dtype, 2, -3, 3), units=64)
    x = np.array([0.0, -0.0, 1, -1, 2, -2, np.inf, -np.inf, np.nan, 0.5], "float32")
    check(lax.pow, np.repeat(x, 10), np.tile(x, 10))


def test_selections(x64):
    x, y = values("float32", 1), values("float32", 2)
    check(lambda p, x, y: lax.select(p, x, y), x > 0, x, y)
    check(lambda w, *cases: lax.select_n(w, *cases), values("int32", 3, 0, 2), x, y, x + y)
    check(lambda x: lax.clamp(jnp.float32(-1), x, jnp.float32(2)), special("float32"))
    check(lambda a, x, b: lax.clamp(a, x, b), x, y, x + 1)


def test_complex_numbers(x64):
    x, y = values("float32", 1), values("float32", 2)
    check(lax.complex, x, y)
    check(lambda x, y: lax.complex(x, y) * lax.complex(y, x), x, y, floor=8)
    check(lax.complex, special("float32"), special("float32")[::-1].copy())


@pytest.mark.parametrize("bits", [(5, 10), (8, 7), (8, 23)])
def test_reduced_precision(bits, x64):
    for dtype in dtypes(["float32", "float64"]):
        limits = [1e-40, 6e-8, 7e4, 1e38 if dtype == "float32" else 1e39]
        x = np.concatenate([values(dtype, 1).ravel(), special(dtype), np.array(limits, dtype)])
        check(lambda x: lax.reduce_precision(x, *bits), x)


def test_total_order(x64):
    x = np.concatenate([special("float32"), -special("float32")])
    pairs = np.repeat(x, len(x)), np.tile(x, len(x))
    for primitive in (jax.extend.core.primitives.lt_to_p, jax.extend.core.primitives.le_to_p):
        check(lambda x, y: primitive.bind(x, y), *pairs)


def test_scalars_broadcast(x64):
    x = values("float32")
    check(lambda x: jnp.maximum(0, x) * 2 + 1.5, x)
    check(lambda x, y: x / y, 3, 2)
    check(lambda x: x * 2, True)


@pytest.mark.parametrize("exponent", ["int8", "int16", "int32", "uint8", "uint16", "uint32"])
@pytest.mark.parametrize("base", ["float16", "float32"])
def test_powers_have_the_dtype_of_their_base(base, exponent):
    x, n = jnp.array([0.5, -2, 3], base), jnp.array([0, 3, 2], exponent)
    got, want = jit(lambda x, n: (x**n, 2.0**n))(x, n), jax.jit(lambda x, n: (x**n, 2.0**n))(x, n)
    for ours, theirs in zip(got, want):
        assert ours.dtype == theirs.dtype
        np.testing.assert_allclose(np.asarray(ours), np.asarray(theirs), rtol=2e-3 if base == "float16" else 1e-6)
