"""Floating-point warnings beside NumPy's: which errors, of which functions, at which lines, and what errstate makes of them."""

import asyncio
import concurrent.futures
import gc
import io
import sys
import threading
import warnings
import weakref

import broadloom as bl
import numpy as np
import pytest
from overwriting import at_once

UNARY = """negative positive absolute sign square sqrt exp exp2 expm1 log log2 log10 log1p cbrt sin cos tan arcsin arccos arctan
sinh cosh tanh arcsinh arccosh arctanh floor ceil trunc rint reciprocal degrees radians signbit isnan isinf isfinite""".split()
BINARY = """add subtract multiply divide floor_divide remainder power fmod arctan2 hypot maximum minimum fmax fmin heaviside
nextafter copysign equal less greater less_equal""".split()
COMPLEX_UNARY = """negative absolute sign square sqrt exp log log2 log10 log1p sin cos tan arcsin arccos arctan sinh cosh tanh
arcsinh arccosh arctanh reciprocal""".split()


def specials(dtype):
    limits = np.finfo(dtype)
    values = [0.0, -0.0, 1, -1, 2, -2, 0.5, -0.5, np.inf, -np.inf, np.nan, limits.max, -limits.max, limits.tiny, -limits.tiny,
              limits.smallest_subnormal, 1000, -1000, 3.5, -3.5]
    return [np.array([value] * 3, dtype) for value in values]


def messages(compute):
    """The warnings of a computation, in order of their texts."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = compute()
        if isinstance(result, bl.Array):
            bl.eval(result)
    assert all(issubclass(warning.category, RuntimeWarning) for warning in caught)
    return sorted(str(warning.message) for warning in caught)


def check(name, *operands, **keywords):
    expected = messages(lambda: getattr(np, name)(*operands, **keywords))
    ours = messages(lambda: getattr(bl, name)(*map(bl.asarray, operands), **keywords))
    assert ours == expected, (name, operands, keywords)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
@pytest.mark.parametrize("name", UNARY)
def test_one_operand(name, dtype):
    for x in specials(dtype):
        check(name, x)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", BINARY)
def test_two_operands(name, dtype):
    for x in specials(dtype):
        for y in specials(dtype)[::1 if dtype == "float64" else 3]:
            if name != "power" or not np.isinf(y[0]):  # NumPy's AVX-512 code raises flags there that C's pow does not
                check(name, x, y)


@pytest.mark.parametrize("dtype", ["int8", "int32", "int64", "uint8", "uint64"])
def test_integers(dtype):
    least = np.iinfo(dtype).min
    for name in ("floor_divide", "remainder", "fmod", "divide", "gcd", "lcm"):
        for x, y in [(1, 0), (0, 0), (least, least and -1), (7, 3)]:
            check(name, np.array([5, x], dtype), np.array([1, y], dtype))
    check("reciprocal", np.array([1, 0], dtype))
    check("log", np.array([1, 0], dtype))
    check("sqrt", np.array([4, least], dtype))


@pytest.mark.parametrize("source", ["float16", "float32", "float64", "int64", "uint64"])
def test_casts(source):
    values = [0, 1.5, 255.5, 256, 40000, 65519, 65520, 2.0**31 - 128, 2.0**31, 2.0**32, 2.0**33]
    if source[0] == "f":
        values += [np.nan, np.inf, -np.inf, -1, -1.5, -2.0**31, -2.0**31 - 256, 2.0**63, -2.0**63, 2.0**64, 1e30, -1e30]
    for value in values:
        with np.errstate(all="ignore"):
            x = np.full(33, value).astype(source)
        for to in ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32"]:
            expected, ours = messages(lambda: x.astype(to)), messages(lambda: bl.asarray(x).astype(to))
            assert ours == expected, (value, source, to)


REDUCED = [np.array([[1, 2, 3], [4, 5, 6.0]]), np.array([[1, np.inf, 3], [4, 5, -np.inf]]), np.array([[1, np.nan, np.inf], [1, 2, 3]]),
           np.array([[1e308, 1e308, 3], [4, 5, 6]])]


@pytest.mark.parametrize("axis", [None, 0, 1])
@pytest.mark.parametrize("name", ["sum", "prod", "max", "min", "mean", "cumsum", "cumprod"])
def test_reductions(name, axis):
    for x in REDUCED:
        check(name, x, axis=axis)


def check_product(x, y):
    """As NumPy's multiplications and sums say. Its BLAS computes with padding, too, and makes NaNs that are nowhere in the result."""
    left = x[..., None] if y.ndim == 2 else x
    said = messages(lambda: np.sum(left * y, axis=-2 if y.ndim == 2 else -1))
    expected = sorted({text.split(" encountered")[0] + " encountered in matmul" for text in said})
    ours = messages(lambda: bl.matmul(bl.asarray(x), bl.asarray(y)))
    assert sorted(ours) == expected, (x, y)


def test_products():
    for x in REDUCED:
        for y in REDUCED[:3] if x.max() == 6 or not x.max() > 1e307 else REDUCED[:1]:
            check_product(x, y.T.copy())
            check_product(x, y[0])
            check_product(x[0], y.T.copy())
            check_product(x[0], y[1])


@pytest.mark.parametrize("name", COMPLEX_UNARY)
def test_complex(name):
    for x in [0j, 1 + 0j, -1j, 1j, complex(-1, 0), complex(2, -3), complex(np.inf, 0), complex(1, np.inf), 1000 + 0j]:
        check(name, np.array([x, 1 + 2j]))


@pytest.mark.parametrize("name", ["add", "subtract", "multiply", "divide", "power"])
def test_two_complex(name):
    values = [1 + 0j, complex(2, -3), 0.5j, complex(1e300, 0)]
    for x in values + [0j]:
        for y in values if name == "power" else values + [0j]:
            check(name, np.array([x]), np.array([y]))


# Of functions that NumPy has not, or of which it says more.
OURS = """
sigmoid([1000., -1000, np.inf, -np.inf, np.nan])
erfinv([0.5, -0., np.nan])
erfinv([1., 0]) divide by zero
erfinv([2., 0]) invalid value
digamma([1.5, -0.5, np.inf, np.nan])
digamma([0., 1]) divide by zero
digamma([1e-310, 1]) overflow
digamma([-1., 1]) invalid value
i0([700., -2, np.nan])
i0([800., 1]) overflow
i0([np.inf, 1]) invalid value
beta([2., 0.5, np.nan, -0.5], [3., -0.7, 0, 0.5])
beta([-3., 1], [2., 1])
beta([0., 1], [2., 1]) divide by zero
beta([1e-310, 1], [1., 1]) overflow
beta([np.inf, 1], [np.inf, 1]) invalid value
fma([1e300, np.inf], [1., np.inf], [np.nan, 2])
fma([1e300, 1], [1e300, 1], [1., 1]) overflow
fma([np.inf, 1], [0., 1], [1., 1]) invalid value
lerp([1., np.inf], [2., np.inf], [np.nan, np.nan])
lerp([1e308, 1], [-1e308, 1], [0.4, 1]) overflow
"""


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("line", [line for line in OURS.splitlines() if line])
def test_functions_of_our_own(line, dtype):
    text, _, error = line.partition(") ")
    name, scale = text.partition("(")[0], {"1e-310": "1e-44", "1e308": "3e38", "1e300": "1e38", "700.": "80."} if dtype == "float32" else {}
    for wide, narrow in scale.items():
        text = text.replace(wide, narrow)
    with np.errstate(all="ignore"):
        arguments = [bl.asarray(np.array(x, dtype)) for x in eval(text.removesuffix(")")[len(name):] + ",)", {"np": np})]  # noqa: S307
    assert messages(lambda: getattr(bl, name)(*arguments)) == ([f"{error} encountered in {name}"] if error else [])


EMPTY = ["mean(x)", "mean(x, axis=0)", "mean(x, axis=1)", "var(x)", "std(x, axis=0)", "var(m.ones(1), ddof=1)", "std(m.ones(3), ddof=3)",
         "std(m.ones(3), ddof=2)", "mean(m.zeros(0, 'c16'))", "var(m.zeros(0, 'c16'))", "mean(m.zeros((2, 0), 'i4'), axis=0)"]


@pytest.mark.parametrize("text", EMPTY)
def test_empty_slices(text):
    """The same texts; how often the divisions by zero are counted is NumPy's affair."""
    expected, ours = (messages(lambda: eval(f"m.{text}", {"m": m, "x": m.zeros((0, 3))})) for m in (np, bl))  # noqa: S307
    assert [w for w in ours if "lice" in w] == [w for w in expected if "lice" in w]
    assert any("invalid" in w for w in ours) == any("invalid" in w for w in expected)


COMPOSED = """
logaddexp([np.inf, -np.inf], [np.inf, -np.inf])
logaddexp2([1, 2.], [3, np.inf])
ldexp([1., 2], 2000)
ldexp([1., np.inf], 20)
ldexp([1., 2], -2000)
ldexp(1., 2**31)
frexp([0., np.inf, 5])
modf([0., np.inf, 5])
spacing([1., 1e308])
spacing([1., np.nan, np.inf])
spacing(np.array([1, np.nan], "f2"))
spacing(np.array([1, np.inf], "f2"))
spacing(np.array([1, -2], "f2"))
cov([3.])
cov(np.ones((2, 1)))
cov([1., 2, 3], ddof=3)
cov([1., 2, 3], ddof=5)
cov([1., 2, 3], fweights=[1, 0, 0])
corrcoef([3.])
corrcoef(np.ones((2, 1)))
corrcoef([1., 2, 3], [3., 1, 2])
float_power([0., 2], -1)
float_power([1e200, 2], 2)
divmod([1., 5], [0., 2])
divmod([1, 5], [0, 2])
fabs([1., np.nan])
sinc([0., 1, np.inf])
isclose([1., np.inf], [np.inf, np.inf])
isclose([1e308, 1], [-1e308, 1])
nan_to_num([1., np.nan, np.inf])
angle([0j, 1 + 1j])
sign([np.nan, 1.])
round([1e308, 2.5], 1)
diff([1e308, -1e308])
gradient([1., np.inf, 2])
cumsum([np.inf, -np.inf])
nansum([np.nan, 1])
linalg.norm([1., 2])
hypot([1e308, 1], [1e308, 1])
median([1., np.inf])
interp([1.5], [1, 2.], [0., np.inf])
linalg.pinv(np.ones((2, 2)))
linalg.cond(np.zeros((2, 2)))
logical_or(1e300, np.ones(1, "f4"))
var(np.ones((2, 1)), axis=1, ddof=1)
var([[1., 2]], axis=1, ddof=2)
mean(np.zeros((2, 0)), axis=1)
median([[-np.inf, np.inf], [1., 2]], axis=1)
median([1e308, 1e308])
median(np.array([3e38, 3e38], "f4"))
median(np.array([60000, 60000], "f2"))
median([1., np.inf, -np.inf])
median(np.ones((2, 0)), axis=1)
nanmedian([np.nan, np.inf, -np.inf])
quantile([1., np.inf], 0.5)
quantile([1., np.inf], 0.25)
quantile([-np.inf, np.inf], 0.5)
quantile([np.inf, 1., 2, 3], [0.1, 0.9])
quantile([np.inf, 1.], 0.5, method="midpoint")
quantile([np.inf, 1.], 0.5, method="lower")
quantile(np.array([[np.inf, 1], [1, 2]], "f4"), 0.5, axis=1)
quantile(np.array([[60000, -60000], [1, 2]], "f2"), 0.5, axis=1)
quantile([[-1e308, 1e308], [1, 2]], 0., axis=1)
nanquantile([[np.nan, np.nan], [1, np.inf]], 0.5, axis=1)
percentile([1., np.inf], [0, 50, 100])
dot(np.full(2, 1e200), np.full(2, 1e200))
dot(np.full((2, 2), 1e200), np.full(2, 1e200))
inner(np.full(2, 1e200), np.full(2, 1e200))
vecdot(np.full(2, 1e200), np.full(2, 1e200))
matvec(np.full((2, 2), 1e200), np.full(2, 1e200))
vecmat(np.full(2, 1e200), np.full((2, 2), 1e200))
tensordot(np.full((2, 2), 1e200), np.full((2, 2), 1e200))
linalg.multi_dot([np.full((2, 2), 1e200)] * 3)
linalg.norm([1e200, 1])
linalg.norm([[1e200, 1]], axis=1)
linalg.vector_norm(np.full(2, 1e200))
linalg.matrix_norm(np.full((2, 2), 1e200))
linalg.det(np.eye(40) * 1e10)
linalg.det(np.eye(40) * 1e7)
linalg.det(np.eye(40, dtype="f4") * 1e2)
cov([[1e200, 1], [1, 2]])
var([np.inf, 1.])
var([np.inf, -np.inf])
var([1e308, 1e308])
std(np.arange(9.) * 1e200)
power([1e200], 2)
power([0.], -1)
power([-1.], 0.5)
sum(np.ones(2, "f4"), initial=1e300)
sum([-np.inf, 1.], initial=np.inf)
max(np.ones(2, "f4"), initial=1e300)
prod([0.], initial=np.inf)
full(2, np.nan, "i4")
full(2, 1e10, "u1")
full(2, 3e9, "u4")
full(2, -1., "u1")
full(2, np.inf, "bool")
full_like(np.ones(2, int), np.nan)
array([1e300, 1], "f4")
arange(0, 1e5, 1e4, dtype="f2")
arange(70000, 80000, 5000, dtype="f2")
isclose([1.], [2.], rtol=np.nan)
isclose([1.], [2.], atol=-np.inf)
allclose([1.], [1.], 1e-5, np.float64(np.inf))
cumsum(np.full(5, 60000, "f2"))
cumprod(np.full(5, 60000, "f2"))
multiply(np.ones(2, "f4"), 1e308)
add(np.ones(2, "f2"), 70000.0)
less(np.ones(2, "f4"), 1e39)
where([True], np.ones(1, "f4"), 1e39)
full(3, 1e39, dtype="f4")
add(np.ones(2, "c8"), 1e308j)
multiply(np.ones(2, "c8"), 1e308)
logical_and(np.ones(2, "c8"), 1e308)
sum([[np.nan, 1], [2, 3]], axis=0, dtype="i8")
prod(np.array([np.nan, 1], "f4"), dtype="i4")
mean(np.array([1e30, 1], "f4"), dtype="i4")
sum(np.array([1.5, -1]), dtype="u1")
full_like(np.ones(3, "f4"), -1e39)
multiply(np.ones(2, "f4"), np.inf)
mean(np.ones((2, 3)), axis=1, where=np.array([[True] * 3, [False] * 3]))
std(np.ones((2, 3)), axis=1, ddof=1, where=np.array([[True] * 3, [True, False, False]]))
nanmean(np.ones((2, 3)), axis=1, where=np.array([[True] * 3, [False] * 3]))
nanvar(np.ones((2, 3)), axis=1, where=np.array([[True] * 3, [False] * 3]))
"""


@pytest.mark.parametrize("text", [line for line in COMPOSED.splitlines() if line])
def test_composed_functions(text):
    def compute(m):
        result = eval(f"m.{text}", {"m": m, "np": np})  # noqa: S307
        for part in result if isinstance(result, tuple) else (result,):
            np.asarray(part)
    expected, ours = (messages(lambda: compute(m)) for m in (np, bl))
    assert ours == expected


@pytest.mark.parametrize("seed", range(40))
def test_random_expressions(seed):
    """Operations with NumPy's bits, so that both go wrong in the same places; each message once."""
    rng = np.random.default_rng(seed)
    leaves = [rng.choice([0.0, -0.0, 1, -1, 3, 1e308, -1e200, 1e-300, np.inf, 0.5, 7], size=size) for size in (11, 11, 1)]

    def grow(depth):
        if depth == 0:
            return f"x[{rng.integers(3)}]"
        name = rng.choice(["add", "subtract", "multiply", "divide", "sqrt", "square", "where", "maximum", "reciprocal"])
        if name in ("sqrt", "square", "reciprocal"):
            return f"m.{name}({grow(depth - 1)})"
        if name == "where":
            return f"m.where({grow(depth - 1)} > 0, {grow(depth - 1)}, {grow(depth - 1)})"
        return f"m.{name}({grow(depth - 1)}, {grow(depth - 1)})"
    text = grow(4)
    expected = messages(lambda: eval(text, {"m": np, "x": leaves}))  # noqa: S307
    ours = messages(lambda: eval(text, {"m": bl, "x": [bl.asarray(leaf) for leaf in leaves]}))  # noqa: S307
    assert set(ours) == set(expected), text


def test_only_the_guilty_are_named():
    a, b = np.array([1.0, 2, 3]), np.array([1.0, 0, 2])

    def compute(m, a, b):
        return m.log(a * 2) + a / b - m.sqrt(b - 1) * m.exp(a * 300)
    expected = messages(lambda: compute(np, a, b))
    assert expected == ["divide by zero encountered in divide", "invalid value encountered in sqrt", "overflow encountered in exp"]
    assert messages(lambda: compute(bl, bl.asarray(a), bl.asarray(b))) == expected


def test_the_line_is_that_of_the_operation():
    x = bl.asarray(np.array([0.0, -1.0, 4.0]))
    first = sys._getframe().f_lineno + 1
    y = 1 / x
    z = bl.sqrt(x)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        bl.eval(y + z)
    assert [(w.filename, w.lineno) for w in caught] == [(__file__, first), (__file__, first + 1)]


def test_each_operation_is_reported_once():
    x = bl.log(bl.asarray(np.zeros(5)))
    assert len(messages(lambda: x + 1)) == 1
    assert messages(lambda: x) == []


@pytest.mark.parametrize("size", [1, 3, 7, 8, 9, 15, 17, 31, 33, 63, 65, 1000, 100_001])
def test_padding_raises_nothing(size):
    for dtype in ("float32", "float64", "int32"):
        x = bl.asarray(np.ones(size, dtype))
        assert messages(lambda: bl.log(x / x) + 1 / x + x // x) == []
        assert messages(lambda: bl.sum(x / x) + bl.min(1 / x)) == []
    rows = bl.asarray(np.ones((3, size)))
    assert messages(lambda: 1 / bl.sum(rows, axis=1, keepdims=True) + bl.log(rows)) == []


def test_masked_elements_raise_nothing():
    x, y = np.array([1.0, 2, 3]), np.array([1.0, 0, 2])
    assert messages(lambda: bl.divide(bl.asarray(x), bl.asarray(y), where=bl.asarray(y != 0), out=bl.zeros(3))) == []
    assert len(messages(lambda: bl.divide(bl.asarray(x), bl.asarray(y), where=bl.asarray(y == 0), out=bl.zeros(3)))) == 1
    assert messages(lambda: bl.sum(bl.asarray([np.inf, -np.inf]), where=bl.asarray([True, False]))) == []


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_elements_that_where_leaves_out_raise_what_they_raise(dtype):
    x = np.arange(-20, 20).astype(dtype)
    for text in ("m.where(x > 0, 1 / x, x)", "m.where(x > 0, x, 1 / x)", "m.fmax(x, 1 / x)", "m.heaviside(x, 1 / x)",
                 "m.where(x > 30, (1 / x).astype('int64'), 1)", "m.where(x > 30, m.exp(x * 1000), 1) + 1"):
        def compute(m, x):
            return eval(text, {"m": m, "x": x})
        assert messages(lambda: compute(bl, bl.asarray(x))) == messages(lambda: compute(np, x)) != [], text


def test_arrays_of_one_number():
    for text in ("m.log(m.zeros(2))", "m.zeros(2) / m.zeros(2)", "m.ones(2) / m.zeros(2)", "m.log(m.zeros(3, 'f4') - m.ones(3, 'f4'))",
                 "m.ones(3, int) // m.zeros(3, int)", "m.sqrt(-m.ones(40))"):
        assert messages(lambda: eval(text, {"m": bl})) == messages(lambda: eval(text, {"m": np})) != [], text


def test_broadcast_operands():
    x, y = np.arange(6.0).reshape(2, 3), np.array([[0.0], [1.0]])
    check("divide", x, y)
    check("divide", x + 1, y)
    check("add", np.full((4, 1), 1e308), np.full((1, 5), 1e308))


def test_long_chains():
    x, zero = bl.asarray(np.ones(10)), bl.asarray(np.zeros(10))
    y = x
    for i in range(150):
        y = y / (zero if i in (40, 90) else x)
    assert messages(lambda: y) == ["divide by zero encountered in divide"]  # then infinity / 0


def test_ignore_is_captured_where_it_is_written():
    x = bl.asarray(np.zeros(3))
    with bl.errstate(divide="ignore"):
        quiet = 1 / x
    loud = 1 / x
    assert messages(lambda: quiet) == []
    assert messages(lambda: loud) == ["divide by zero encountered in divide"]


def test_raise_is_at_the_statement():
    x = bl.asarray(np.array([0.0, 1.0]))
    with bl.errstate(all="raise"):
        fine = x + 1
        with pytest.raises(FloatingPointError, match="divide by zero encountered in divide"):
            1 / x
        with pytest.raises(FloatingPointError, match="invalid value encountered in sqrt"):
            bl.sqrt(-fine)
        with pytest.raises(FloatingPointError, match="overflow encountered in multiply"):
            bl.asarray(np.full(3, 1e200)) * 1e200
        with pytest.raises(FloatingPointError, match="underflow encountered in multiply"):
            bl.asarray(np.full(3, 1e-200)) * 1e-200
        with pytest.raises(FloatingPointError, match="divide by zero encountered in log"):
            bl.log(bl.asarray(np.zeros(2, complex)))
    assert fine.tolist() == [1.0, 2.0]


def test_a_warning_made_an_error_loses_nothing():
    x = 1 / bl.asarray(np.zeros(2))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(RuntimeWarning):
            bl.eval(x)
    assert x.tolist() == [np.inf, np.inf]


def test_underflow():
    tiny = np.array([1e-308])
    for f in (lambda m, x: x * 1e-10, lambda m, x: x / 1e10, lambda m, x: x * 0.5, lambda m, x: m.exp(x * 0 - 745)):
        with np.errstate(under="warn"):
            expected = messages(lambda: f(np, tiny))
        with bl.errstate(under="warn"):
            assert messages(lambda: f(bl, bl.asarray(tiny))) == expected
        assert messages(lambda: f(bl, bl.asarray(tiny))) == []


@pytest.mark.parametrize("name", ["log", "log2", "log10", "acos", "acosh", "lgamma"])
def test_exact_zeros_are_no_underflow(name):
    with bl.errstate(all="raise"):
        assert getattr(bl, name)(bl.asarray([1.0])).tolist() == [0.0]


UNDER = """
astype(np.array([1e-300, 1]), "f4")
astype(np.array([1e-7, 0]), "f2")
astype(np.array([2.**-24]), "f2")
prod([1e-200, 1e-200])
prod([1e-200, 0.])
prod(np.array([1e-30, 1e-30], "f4"))
cumprod([1e-200, 1e-200])
ldexp([1.], -2000)
ldexp([1.], -20)
square([1e-200, 1])
square([2.**-530])
power([1e-200], 2)
reciprocal([1.7e308])
reciprocal([2.**1023])
log([1., 2])
arccos([1.])
"""


@pytest.mark.parametrize("text", UNDER.split("\n")[1:-1])
def test_underflow_of_other_functions(text):
    with np.errstate(under="warn"), bl.errstate(under="warn"):
        expected, ours = (messages(lambda: eval(f"m.{text}", {"m": m, "np": np})) for m in (np, bl))  # noqa: S307
    assert ours == expected


def test_lists_are_converted_under_our_state():
    with bl.errstate(all="ignore"):
        assert messages(lambda: bl.array([1e300], "f4")) == []
    with bl.errstate(over="raise"), pytest.raises(FloatingPointError):
        bl.array([1e300], "f4")
    assert np.geterr()["over"] == "warn"


@pytest.mark.parametrize("text", ["median([-np.inf, np.inf])", "quantile([1., np.inf], 0.5)", "isclose(1., 1., rtol=np.nan)",
                                  "full(2, np.nan, 'i4')", "linalg.det(np.eye(40) * 1e10)"])
def test_what_runs_at_once_raises(text):
    for m in (np, bl):
        with m.errstate(all="raise"), pytest.raises(FloatingPointError):
            eval(f"m.{text}", {"m": m, "np": np})  # noqa: S307
        with m.errstate(all="ignore"):
            assert messages(lambda: eval(f"m.{text}", {"m": m, "np": np})) == []  # noqa: S307


def test_call_log_and_print(capfd):
    calls, log = [], io.StringIO()
    x = bl.asarray(np.zeros(2))
    with bl.errstate(divide="call", call=lambda error, flag: calls.append((error, flag))):
        1 / x
        assert calls == [("divide by zero", 1)]
    with bl.errstate(divide="log", call=log):
        1 / x
        assert log.getvalue() == "Warning: divide by zero encountered in divide\n"
    with bl.errstate(divide="print"):
        bl.eval(1 / x)
    assert "Warning: divide by zero encountered in divide" in capfd.readouterr().err
    with bl.errstate(divide="call"), pytest.raises(NameError):
        1 / x
    with bl.errstate(divide="log"), pytest.raises(NameError):
        1 / x
    assert bl.geterrcall() is None


def test_flags_are_those_of_the_operation():
    for m in (np, bl):
        calls = []
        x, y = m.asarray(np.array([1.0, 0])), m.asarray(np.zeros(2))
        with m.errstate(all="call", call=lambda *call: calls.append(call)):
            m.divide(x, y)
            m.square(x + 1e300)
        assert calls == [("divide by zero", 9), ("invalid value", 9), ("overflow", 2)]


@pytest.mark.parametrize("mode, call, error", [
    ("call", None, NameError), ("log", None, NameError), ("log", print, AttributeError), ("call", io.StringIO(), TypeError),
    ("call", len, TypeError)])
def test_handlers_that_cannot_be_used(mode, call, error):
    for m in (np, bl):
        x = m.asarray(np.zeros(2))
        with m.errstate(all=mode, call=call), pytest.raises(error):
            1 / x


def test_states():
    default = {"divide": "warn", "over": "warn", "under": "ignore", "invalid": "warn"}
    assert bl.geterr() == default == np.geterr()
    assert bl.seterr(all="ignore", over="raise") == default
    assert bl.geterr() == {"divide": "ignore", "over": "raise", "under": "ignore", "invalid": "ignore"}
    bl.seterr(**default)
    with bl.errstate(all="raise"):
        with bl.errstate(invalid="ignore"):
            assert bl.geterr()["invalid"] == "ignore" and bl.geterr()["divide"] == "raise"
        assert bl.geterr()["invalid"] == "raise"
    assert bl.geterr() == default

    @bl.errstate(divide="ignore")
    def quiet(x, again=True):
        return quiet(x, again=False) if again else 1 / x
    assert messages(lambda: quiet(bl.asarray(np.zeros(1)))) == [] and quiet.__name__ == "quiet"
    assert bl.geterr() == default


def test_what_is_called_belongs_to_the_state():
    for m in (np, bl):
        assert m.seterrcall(print) is None and m.geterrcall() is print
        with m.errstate(call=None):
            assert m.geterrcall() is None
        with m.errstate(all="ignore"):
            assert m.seterrcall(None) is print
        assert m.geterrcall() is print and m.seterrcall(None) is print


def twice(m):
    state = m.errstate(all="ignore")
    with state, state:
        pass


@pytest.mark.parametrize("wrong, error", [
    (lambda m: m.seterr(all="loud"), ValueError), (lambda m: m.seterr("loud"), ValueError), (lambda m: m.seterr(over=""), ValueError),
    (lambda m: m.seterr(over=["warn"]), ValueError), (lambda m: m.seterrcall(3), TypeError), (twice, TypeError),
    (lambda m: m.errstate(call=3).__enter__(), TypeError), (lambda m: m.errstate("ignore"), TypeError)])
def test_wrong_states(wrong, error):
    for m in (np, bl):
        with pytest.raises(error):
            wrong(m)
        assert m.geterr()["divide"] == "warn"


def test_a_state_belongs_to_its_thread():
    seen = []
    with bl.errstate(all="ignore"):
        thread = threading.Thread(target=lambda: seen.append((bl.geterr()["divide"], messages(lambda: 1 / bl.zeros(3)))))
        thread.start()
        thread.join()
    assert seen == [("warn", ["divide by zero encountered in divide"])]


def test_a_state_belongs_to_its_task():
    async def task(mode, found):
        with bl.errstate(divide=mode):
            for _ in range(3):
                await asyncio.sleep(0)
                found.append((mode, len(messages(lambda: 1 / bl.zeros(3)))))

    async def both():
        found = []
        await asyncio.gather(task("ignore", found), task("warn", found))
        return found
    assert asyncio.run(both()) == [("ignore", 0), ("warn", 1)] * 3


def test_products_may_be_kept_from_overflow_under_raise():
    for m in (np, bl):
        with m.errstate(all="raise"):
            assert m.prod(m.asarray([1e200, 1e200]), initial=1e-200) == 1e200


def test_what_is_no_function_has_the_state_of_now():
    x = bl.ones(2, dtype="f4")
    with bl.errstate(all="raise"):
        bl.ones(3)
    with pytest.warns(RuntimeWarning, match="overflow encountered in cast"):
        assert 1e300 not in x
    with bl.errstate(all="ignore"):
        assert messages(lambda: 1e300 in x) == []


def test_a_state_that_dies_may_compute():
    class Dying:
        def __call__(self, *_):
            pass

        def __del__(self):
            with bl.errstate(all="ignore"):
                bl.eval(bl.ones(2) / 0)

    with bl.errstate(call=Dying()):
        bl.ones(2)
    assert messages(lambda: bl.eval(bl.ones(2) / 0)) == messages(lambda: np.ones(2) / 0)


def test_no_state_outlives_its_thread():
    def compute():
        def call(*_):
            pass
        with bl.errstate(call=call):
            bl.eval(bl.ones(2) + 1)
        return weakref.ref(call)

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        call = pool.submit(compute).result()
    gc.collect()
    assert call() is None


HUGE = 10**7


def huge(value):
    """As large as nothing that is computed can be."""
    return bl.full((1, HUGE), value) + bl.zeros((HUGE, 1))


ASKED = {
    "slice": lambda: (huge(1e308) + huge(1e308))[:2, :3],
    "steps": lambda: (huge(1e308) + huge(1e308))[5, :: -(10**6)],
    "transposed": lambda: (huge(1e308) + huge(1e308)).T[2:4, 7],
    "diagonal": lambda: bl.diagonal(huge(1e308) + huge(1e308))[:3],
    "reshaped": lambda: (huge(1e308) + huge(1e308))[:4, :6].reshape(8, 3)[1:],
    "broadcast": lambda: ((bl.ones((HUGE, 1)) * 1e308 + 1e308) + bl.zeros((1, HUGE)))[:3, :2],
    "reduced": lambda: (huge(1e308)[:, :1000] + 1e308).sum(1)[:4],
    "reduced, kept": lambda: (huge(1e308) + 1e308)[:, :50].max(1, keepdims=True)[3:5],
    "complex": lambda: ((huge(1e308) + 0j) + (huge(1e308) + 0j))[:2, :2],
    "masked": lambda: bl.add(huge(1e308), huge(1e308), where=bl.ones((1, HUGE)) > 0)[:2, :3],
    "twice": lambda: (lambda x: x[:2, :2] * x[-2:, -2:])(huge(1e308) + huge(1e308)),
}


@pytest.mark.parametrize("watched", ["nothing", "underflow"])
@pytest.mark.parametrize("name", ASKED)
def test_no_more_is_looked_at_than_was_asked_for(name, watched):
    with bl.errstate(under="warn" if watched == "underflow" else "ignore"):
        bl.reset_peak()
        before = bl.memory_info().live
        assert messages(ASKED[name]) == ["overflow encountered in add"]
        assert bl.memory_info().peak - before < 2**30


def test_a_huge_sum_is_looked_at_without_being_stored():
    a = bl.full((3000,), 1e308)
    bl.reset_peak()
    assert messages(lambda: (a[:, None] + a).sum()) == ["overflow encountered in add"]
    assert bl.memory_info().peak < 2**23  # the sums would take 72 MB


def test_elements_that_nobody_asks_for_raise_nothing():
    x = bl.asarray([0.0, 1, 2, 0])
    y = 1 / x
    assert messages(lambda: y[1:3]) == []
    total = (1 / (x[:, None] + x)).sum(0)
    assert messages(lambda: total[1:3]) == []
    assert messages(lambda: y[2:]) == ["divide by zero encountered in divide"]
    assert messages(lambda: y) == []  # once is enough


def test_slices_of_slices_are_told_apart():
    y = bl.full((200,), 1.0)
    for i in range(12):
        y = y[1:] * (1e200 if i in (3, 9) else 2) + y[:-1]
    assert messages(lambda: y[:3]) == ["overflow encountered in multiply"]


def test_what_memory_does_not_suffice_to_find_out_is_named_together():
    x = bl.asarray(np.full((300, 300), 1e200))
    product = x @ x
    with bl.memory_budget(bl.memory_info().live + 300 * 300 * 8 * 3 // 2):
        assert messages(lambda: bl.exp(product)) == ["overflow encountered in matmul or exp"]


@pytest.mark.parametrize("count", [5, 1 << 18])
def test_errors_that_are_made_exceptions_come_one_by_one(count):
    x, y = bl.array(np.full(count, 1e4)), bl.array(np.zeros(count))
    bl.exp(x, out=x)
    bl.log(y, out=y)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for message in ("overflow encountered in exp", "divide by zero encountered in log"):
            with pytest.raises(RuntimeWarning, match=message):
                bl.eval(x, y)
        bl.eval(x, y)
    assert np.all(np.asarray(x) == np.inf) and np.all(np.asarray(y) == -np.inf)


def test_threads_that_evaluate_the_same_tell_of_it_once():
    for _ in range(50):
        told = []
        x = bl.array(np.full(200_000, 1e4))
        bl.exp(x, out=x)
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            warnings.showwarning = lambda message, *_, told=told, **__: told.append(str(message))
            at_once(2, lambda x=x: bl.eval(x))
        assert told == ["overflow encountered in exp"]
