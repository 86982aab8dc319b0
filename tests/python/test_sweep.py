"""Every public row of the op table, over dtypes and layouts, against NumPy. A new row is tested without a line here."""

import ctypes

import numpy as np
import pytest

import broadloom as bl
from comparing import DTYPES, LAYOUTS, SOME_PAIRS, check, check_same, make, outcome, values
from judges import JUDGES

ROWS = {name: (op_class, flags) for name, op_class, _, _, flags, _ in bl._core.op_table() if flags.startswith("kPublic")}
UNARY = [name for name, (op_class, _) in ROWS.items() if op_class == "kUnary"]
BINARY = [name for name, (op_class, _) in ROWS.items() if op_class == "kBinary"]
REDUCE = [name for name, (op_class, _) in ROWS.items() if op_class == "kReduce"]
ANY_ZERO = {"maximum", "minimum", "fmax", "fmin", "min", "max", "clip"}  # which of two zeros of different sign is open
ALL_PAIRS = [(a, b) for a in DTYPES for b in DTYPES]

FEWER = ("0d", "seven", "empty", "transposed", "reversed", "matrix")  # each layout is another kernel to compile
BINARY_CASES = [(name, a, b) for name in BINARY for a, b in (ALL_PAIRS if name == "add" else SOME_PAIRS)]


@pytest.fixture(autouse=True)
def silence():
    """Warnings are compared in test_float_errors.py; finding their operations would compile much."""
    with bl.errstate(all="ignore"):
        yield


def numpys(name):
    """NumPy's function; one of judges.py or the C library's, in float64, where NumPy has none."""
    if name in JUDGES:
        return JUDGES[name]
    if hasattr(np, name):
        return getattr(np, name)
    function = np.vectorize(c_library(name), otypes=["float64"])
    return lambda x: function(x.astype("float64")).astype(np.sqrt(x).dtype)


def c_library(name):
    function = getattr(ctypes.CDLL("libm.so.6"), {"gamma": "tgamma"}.get(name, name))
    function.argtypes, function.restype = [ctypes.c_double], ctypes.c_double
    return function


def how(name):
    """NumPy's own elementary functions err too: both within 1 ULP would be 2 apart, its float32 ones go to 4."""
    most_ulps = 1 if name in JUDGES else 16 if name in ("gamma", "lgamma") else 4  # the C library's own
    return {"most_ulps": most_ulps if "kCostly" in ROWS[name][1] else 0, "signed_zeros": name not in ANY_ZERO}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", UNARY)
def test_unary(name, dtype):
    for layout in LAYOUTS if dtype in ("int32", "float32", "float64") else FEWER:
        x = make(dtype, layout)
        if name == "lgamma" and dtype == "float64":
            x = abs(x)  # negative arguments: docs/numerics.md
        check_same(lambda: getattr(bl, name)(bl.asarray(x)), lambda: numpys(name)(x), what=f"{name} {dtype} {layout}",
                   **how(name))


def operands(a, b, special, layouts=LAYOUTS):
    for layout in layouts:
        yield layout, make(a, layout, 1, special), make(b, layout, 2, special)
    column, row = values(a, 3, 3, special).reshape(3, 1), values(b, 4, 4, special).reshape(1, 4)
    yield "outer", column, row
    yield "stretched", values(a, 20, 5, special).reshape(5, 4), row[0]
    yield "mixed", values(a, 35, 6, special).reshape(5, 7).T, values(b, 35, 7, special).reshape(7, 5)


@pytest.mark.parametrize("name,a,b", BINARY_CASES)
def test_binary(name, a, b):
    layouts = LAYOUTS if name == "add" else FEWER
    for layout, x, y in operands(a, b, True, layouts):
        if name == "pow" and y.dtype.kind == "i":
            y = abs(values(b, y.size, special=False).reshape(y.shape))  # a negative integer power is an error
        if name in ("bitwise_left_shift", "bitwise_right_shift") and y.dtype.kind == "i":
            y = np.where(y < 0, 0, y).astype(y.dtype)
        check_same(lambda: getattr(bl, name)(bl.asarray(x), bl.asarray(y)), lambda: numpys(name)(x, y),
                   what=f"{name} {a} {b} {layout}", **how(name))


@pytest.mark.parametrize("a,b", SOME_PAIRS)
def test_where(a, b):
    for layout, x, y in operands(a, b, special=True):
        condition = np.resize([True, False, False], np.broadcast_shapes(x.shape, y.shape))
        check(bl.where(bl.asarray(condition), bl.asarray(x), bl.asarray(y)), np.where(condition, x, y), what=layout)
        check(bl.where(bl.asarray(x), bl.asarray(y), 1), np.where(x, y, 1), what=f"{layout}, a number")


@pytest.mark.parametrize("dtype", DTYPES)
def test_clip(dtype):
    for layout in LAYOUTS:
        x = make(dtype, layout)
        for low, high in [(1, 5), (None, 3), (2, None), (0, 1)]:
            check_same(lambda: bl.clip(bl.asarray(x), low, high), lambda: np.clip(x, low, high), signed_zeros=False,
                       what=f"clip {dtype} {layout} {low} {high}")
    check_same(lambda: bl.clip(bl.asarray(x)), lambda: np.clip(x), what=f"clip {dtype} without bounds")


@pytest.mark.parametrize("a,b", SOME_PAIRS)
def test_fma(a, b):
    for layout, x, y in operands(a, b, True, FEWER):
        if np.result_type(x, y).kind == "f":
            x, y = np.rint(np.clip(x, -9, 9)), np.rint(np.clip(y, -9, 9))  # nothing is rounded; test_functions.py
        check_same(lambda: bl.fma(bl.asarray(x), bl.asarray(y), bl.asarray(y)), lambda: x * y + y, signed_zeros=False,
                   what=f"fma {a} {b} {layout}")
        check_same(lambda: bl.fma(bl.asarray(x), bl.asarray(x), 1), lambda: x * x + 1, signed_zeros=False, what=layout)


def sum_bound(x, axis):
    """NumPy's pairwise sums err by at most this: blocks of 128 in 8 accumulators, then a tree."""
    terms = abs(x.astype(np.longdouble)).sum(axis)
    return terms * np.finfo(x.dtype).eps * (16 + np.log2(max(x.size, 2)))


def check_reduced(name, ours, x, axis):
    expected, error = outcome(lambda: getattr(np, name)(x, axis=axis))
    what = f"{name} {x.dtype} {x.shape} axis {axis}"
    if error is not None:
        with pytest.raises(error):
            getattr(bl, name)(ours, axis=axis)
        return
    got = getattr(bl, name)(ours, axis=axis)
    if "kOrdered" not in ROWS[name][1] and "kComposite" not in ROWS[name][1] or expected.dtype.kind != "f":
        check(got, expected, signed_zeros=False, what=what)
        return
    assert (got.dtype, got.shape) == (expected.dtype, np.shape(expected)), what
    exact = getattr(np, name)(x.astype(np.longdouble), axis=axis)
    if name == "sum" and x.dtype.kind == "f":
        assert (abs(np.asarray(got) - exact) <= sum_bound(x, axis)).all(), what
    else:
        eps = np.finfo(expected.dtype).eps
        np.testing.assert_allclose(np.asarray(got), exact.astype(expected.dtype), rtol=eps * (16 + x.size), atol=16 * eps,
                                   err_msg=what)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", REDUCE)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_reduce(name, dtype):
    plain = "kOrdered" not in ROWS[name][1] and "kComposite" not in ROWS[name][1]
    for layout in LAYOUTS if dtype in ("int32", "float32", "float64") else FEWER:
        x = make(dtype, layout, special=plain)
        for axis in (None, *range(x.ndim)):
            check_reduced(name, bl.asarray(x), x, axis)


@pytest.mark.parametrize("a,b", SOME_PAIRS)
def test_matmul(a, b):
    shapes = [((3,), (3,)), ((4, 3), (3,)), ((3,), (3, 5)), ((4, 3), (3, 5)), ((2, 1, 4, 3), (6, 3, 5)), ((0, 3), (3, 4)),
              ((4, 0), (0, 5)), ((40, 70), (70, 90))]
    for m, n in shapes:
        x, y = (values(d, int(np.prod(s)), special=False).reshape(s) for d, s in ((a, m), (b, n)))
        for p, q in [(x, y), (x[..., ::-1], y)]:
            expected = np.matmul(p, q)
            got = bl.matmul(bl.asarray(p), bl.asarray(q))
            assert (got.dtype, got.shape) == (expected.dtype, expected.shape), (a, b, m, n)
            tolerance = {"float16": 1e-3, "float32": 1e-4, "float64": 1e-12}.get(expected.dtype.name, 0)
            np.testing.assert_allclose(np.asarray(got), expected, rtol=tolerance, atol=tolerance * 100)
            check(bl.asarray(p) @ q, np.asarray(got))
