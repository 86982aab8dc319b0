"""New arrays, rearranging, joining, gathering, sorting and sets."""

import itertools
import operator

from stored.case import ALL, HALVES, case, either, fails, family, np, of, values

X, CUBE = of("float64", 3, 5), of("int16", 2, 3, 4)


@family
def creation():
    for dtype in ALL + [HALVES[1]]:
        for name in ("zeros", "ones"):
            case(name, (2, 3), dtype=dtype)
            case(name + "_like", X, dtype=dtype)
        case("full", (2, 2), 1, dtype=dtype)
        case("full_like", X, 1, dtype=dtype)
        case("eye", 3, 4, 1, dtype=dtype)
        case("astype", X, dtype)
        case("asarray", [0, 1, 1], dtype=dtype)
    for name in ("empty", "empty_like"):
        either(name, (0, 3) if name == "empty" else np.zeros((0, 3), "int8"))
    case("identity", 3)
    case("tri", 3, 5, -1, dtype="int8")
    case("full", (2, 3), np.arange(3.0))
    case("full", 2, 2**64, "float32")
    case("array", [1, 2], ndmin=3)
    case("zeros_like", X, "int8", shape=(2, 2))
    case("full_like", X, 3, order="F", shape=[2, 2])
    fails("zeros", True)


@family
def ranges():
    for bounds in [(5,), (2, 7), (7, 2, -1), (0, 1, 0.1), (10, 0, -2.5), (2**63 - 3, 2**63 - 1), (0j, 3)]:
        case("arange", *bounds)
        either("arange", *bounds, dtype="float32", ulps=1)
    for bounds in [(0, 1), (2, -3, 7), (0.1, 0.9, 100), (1j, 2, 5), ([0, 1], [2.0, 3], 4)]:
        for endpoint in (True, False):
            case("linspace", *bounds, endpoint=endpoint, ulps=1)
    case("linspace", 0, 10, 4, retstep=True)
    case("linspace", 0, 10, 4, dtype="int32")
    fails("arange", 0, 1, 0)
    fails("linspace", 0, 1, -1)


@family
def grids():
    for bounds in [(0, 3), (1, 2.5, 7), (-1, 1, 4, False)]:
        case("logspace", *bounds, ulps=8)
    case("logspace", 0, 4, 5, base=2)
    for bounds in [(1, 1000), (2, 0.1, 7), (-1, -16, 5), (1, 256, 9, False)]:
        case("geomspace", *bounds, ulps=64)
    case("indices", (2, 3))
    case("indices", (2, 3), sparse=True)
    case("fromfunction", operator.add, (2, 3))
    case("fromiter", [1, 2, 3], "float32")
    case("vander", [1, 2, 3], 4, increasing=True)
    case("diagflat", [[1, 2], [3, 4]], 1)


@family
def from_python():
    for thing in [1, 2.5, True, 1j, 2**63, [1, 2, 3], [[1.5], [2]], (1, 2), [], [[], []], range(4), [True, 2], [1, 2j], [1, 2**63],
                  [True, 2**63], [[True], [False]]]:
        for name in ("asarray", "array"):
            case(name, thing)
            case(name, thing, dtype="complex64")
    fails("asarray", [[1], [2, 3]])
    for number, dtype in [(300, "uint8"), (2.5, "int8"), (float("nan"), "int64"), (float("inf"), "uint8"), (1j, "int8"),
                          (1j, "float32"), (1j, "bool"), (-1.5, "uint8")]:
        either("asarray", number, dtype=dtype)
        either("asarray", [number, 1], dtype=dtype)
    case("frombuffer", bytes(range(24)), "int16", 3, 4)
    case("frombuffer", bytearray(range(24)), "float64")
    fails("frombuffer", b"123", "int16")
    case("copy", X)
    for dtype in ALL:
        case("from_dlpack", of(dtype, 3, 5))


@family
def shapes():
    for name, *arguments in [("reshape", (5, 3)), ("reshape", -1), ("reshape", (3, -1, 1)), ("transpose",), ("squeeze",), ("flip",),
                             ("flip", 0), ("roll", 2), ("roll", 1, 1), ("roll", (1, 2), (0, 1)), ("repeat", 2), ("repeat", 2, 1),
                             ("tile", 2), ("tile", (2, 1, 2)), ("expand_dims", (0, -1)), ("broadcast_to", (2, 3, 5)),
                             ("swapaxes", 0, 1), ("moveaxis", 0, -1), ("permute_dims", (1, 0)), ("matrix_transpose",), ("tril",),
                             ("triu", 1), ("diag",), ("repeat", [1, 0, 2], 0), ("diagonal", 1), ("trace",), ("unstack",)]:
        for dtype in ("bool", "int8", "float32", "complex64", "complex128", "float16", HALVES[1]):
            case(name, of(dtype, 3, 5), *arguments, norm=8)
    for times in range(4):
        case("rot90", CUBE, times, (2, 0))
    for name in ("fliplr", "flipud", "atleast_1d", "atleast_2d", "atleast_3d"):
        case(name, X)
        either(name, 3.5)
    case("atleast_3d", X[0], CUBE)
    case("rollaxis", CUBE, 2)
    case("rollaxis", CUBE, 0, 3)
    case("resize", X, (4, 7))
    case("resize", X, (0, 2))
    fails("rot90", X, 1, (0, 2))
    fails("resize", X, -1)
    case("transpose", CUBE, (1, 2, 0))
    case("squeeze", CUBE[:1], axis=0)
    case("diag", X[0], -1)
    for name, *arguments in [("reshape", (4, 4)), ("transpose", (0, 0)), ("squeeze", 0), ("broadcast_to", (4, 4))]:
        fails(name, X, *arguments)


@family
def joins():
    a, b = CUBE[0], of("float32", 2, 4)
    for axis in (0, -2, None):
        case("concat", [a, b], axis=axis)
    case("concat", [of("float32", 2, 3), 1, 2.5], axis=None)
    for axis in (0, 1, -1):
        case("stack", [a, a * 2], axis=axis)
    case("concat", [a, a], axis=1, dtype="complex64", casting="unsafe")
    case("concat", [a, b], out=np.zeros((5, 4)))
    fails("stack", [a, b])
    for name in ("vstack", "hstack", "dstack", "column_stack"):
        case(name, [a, a / 2])
        case(name, [X[0], X[1]])
    case("vstack", [a, a], dtype="float32", casting="unsafe")
    case("append", a, b, axis=0)
    case("append", a, 2.5)
    case("block", [[X, X[:, :2]], [X[:1], X[:1, :2]]])
    fails("block", [[1], 2])
    fails("hstack", [])
    case("broadcast_arrays", np.ones(3), np.ones((2, 1)))
    case("broadcast_shapes", (3, 1), (2,), 1)
    for how in ({}, {"indexing": "ij"}, {"sparse": True}):
        case("meshgrid", [1, 2], [3, 4.5, 5], **how)


def smallest(x, k, axis, largest):
    places = np.take(np.argsort(x, axis, stable=True), range(k), axis)
    return np.take_along_axis(x, places, axis), places


@family
def places():
    for name, what in [("split", 5), ("array_split", 2), ("split", [1, 3])]:
        case(name, X, what, 1)
    case("hsplit", X, 5)
    case("vsplit", X, [1])
    case("dsplit", CUBE, 2)
    fails("split", X, 2)
    for dtype in ALL:
        x = of(dtype, 3, 5)
        for where in (2, slice(None, None, 2), [1, -1]):
            case("insert", x, where, [1, 0, 1], axis=1) if where == 2 else case("insert", x, where, x[:1, :1], axis=1)
            case("delete", x, where, axis=1)
            case("delete", x, where)
    case("insert", X, np.array([True, False, True]), 7, axis=0)
    case("delete", X, [True, False, True], axis=0)
    fails("insert", X, 4, 0, axis=0)
    fails("delete", X, 3, axis=0)
    case("mask_indices", 3, operator.gt)
    case("trim_zeros", np.array([0, 0, 3, 0, 5, 0]))
    case("trim_zeros", np.array([[0, 0], [0, 7]]), "f", axis=1)


@family
def padding():
    for mode in ("constant", "edge", "linear_ramp", "maximum", "mean", "median", "minimum", "reflect", "symmetric", "wrap"):
        for dtype in ("bool", "int8", "uint32", "float32", "float64", "complex64"):
            either("pad", of(dtype, 3, 5), ((1, 2), (7, 0)), mode, norm=4)
    case("pad", X, 2, constant_values=((1, 2), (3, 4.5)))
    case("pad", X, {1: 2}, "linear_ramp", end_values=(1, 2), norm=4)
    case("pad", X, 2, "median", stat_length=3)
    case("pad", X, 3, "reflect", reflect_type="odd", norm=4)
    either("pad", np.zeros((0, 3)), 1, "empty", by=lambda *arguments: np.zeros((2, 5)))
    fails("pad", X, 1, "foo")
    fails("pad", X, 1.5)


@family
def sorting():
    for dtype in ALL:
        x = of(dtype, 4, 6) if dtype.startswith("complex") else values(dtype, 24).reshape(4, 6)
        for axis in (None, 0, -1):
            case("sort", x, axis=axis, stable=True)
            case("argsort", x, axis=axis, stable=True)
        case("lexsort", [x[0], x[1]])
        case("partition", x, list(range(6)), by=lambda x, kth: np.sort(x, stable=True))
        case("argpartition", x, list(range(6)), by=lambda x, kth: np.argsort(x, stable=True))
        case("topk", x, 3, 0, False, by=smallest)
        case("sort_complex", x, ulps=1)
    case("topk", np.array([1, 9, np.nan, 9]), 3, by=lambda x, k: (x[[2, 1, 3]], np.array([2, 1, 3])))
    case("lexsort", np.arange(24.0).reshape(2, 3, 4) % 3, axis=0)
    fails("partition", X, 20)
    fails("topk", X, 20, by=lambda x, k: np.partition(x, k))
    case("sort", of(HALVES[1], 9), by=lambda x: np.sort(x.astype("float32")).astype(x.dtype))
    case("argsort", np.array([3, 1, 2]), descending=True, by=lambda x, descending: np.array([0, 2, 1]))
    case("sort", X, axis=1, descending=True, by=lambda x, axis, descending: np.sort(x, axis)[:, ::-1])
    fails("sort", X, axis=2)


@family
def searching():
    for dtype in ALL:
        line = np.sort(of(dtype, 20))
        for side in ("left", "right"):
            case("searchsorted", line, of(dtype, 3, 4, seed=1), side=side)
        for name in ("nonzero", "argwhere", "flatnonzero", "count_nonzero"):
            case(name, of(dtype, 3, 4))
    case("searchsorted", np.array([3, 1, 2]), [2, 9], sorter=[1, 2, 0])
    case("where", X > 0)


@family
def gathering():
    which = np.array([[0, -1], [2, 1]])
    for dtype in ALL:
        x = of(dtype, 3, 5)
        case("take", x, which)
        case("take", x, which, axis=1, mode="wrap")
        case("compress", [True, False, True], x, axis=0)
        case("take_along_axis", x, np.argsort(x, axis=1), axis=1)
    case("take", X, [7, -9], axis=0, mode="clip")
    case("take", X, [0], axis=0, out=np.zeros((1, 5)))
    fails("take", X, 5, axis=1)
    case("compress", [0, 1], X, axis=1, out=np.zeros((3, 1)))


@family
def choices():
    which = np.array([[0, 2], [1, 0]])
    for dtype in ALL:
        x = of(dtype, 3, 2, 2)
        for mode in ("raise", "wrap", "clip"):
            case("choose", which, x, mode=mode)
        case("Array.choose", which, x)
        case("select", [which > 1, which > 0], [x[0], x[1]], default=x[2])
        case("extract", which, x)
    case("choose", which, [1, 2, 3], out=np.zeros((2, 2)))
    fails("choose", which, [1, 2])
    case("select", [[True, False]], [np.ones(2, "float32")], 2.5)
    fails("select", [which], [1])


@family
def coordinates():
    for order in "CF":
        case("unravel_index", np.arange(24), (2, 3, 4), order)
        case("ravel_multi_index", np.array([[1, 0], [2, 1], [3, 3]]), (2, 3, 4), order=order)
    case("ravel_multi_index", ([5, -3], [9, 1]), (3, 4), mode=("wrap", "clip"))
    fails("unravel_index", 24, (2, 3, 4))
    fails("ravel_multi_index", (2, 0), (2, 3))
    for name in ("tril_indices", "triu_indices"):
        case(name, 3)
        case(name, 3, 1, 4)
        case(name + "_from", X, -1)
        fails(name + "_from", CUBE)
    case("diag_indices", 3, 3)
    case("diag_indices_from", np.ones((2, 2)))
    fails("diag_indices_from", X)
    case("ix_", [0, 2], np.array([True, False, True]))
    for order in "CFAK":
        case("ravel", X, order)


@family
def sets():
    """Zeros of both signs and NaNs with payloads apart."""
    for dtype in ALL:
        x, y = np.round(of(dtype, 4, 6)) + np.zeros(1, dtype), np.round(of(dtype, 9, seed=3)) + np.zeros(1, dtype)
        for name in ("union1d", "intersect1d", "setdiff1d", "setxor1d", "isin"):
            case(name, x, y, ulps=1)
        for name in ("unique", "unique_all", "unique_counts", "unique_inverse"):
            case(name, x, ulps=1)
        case("unique_values", x, by=lambda x: np.sort(np.unique_values(x)), ulps=1)
    x = np.array([3, 1, np.nan, 1, np.nan])
    for flags in itertools.product((False, True), repeat=3):
        case("unique", x, *flags)
    case("unique", x, equal_nan=False)
    rows = np.array([[3.0, 1], [-0.0, 2], [3, 1], [0, 2]])
    for axis in (0, 1):
        case("unique", rows, True, True, True, axis, ulps=1)
    case("intersect1d", [1, 2, 2, 5], [2, 5, 7], return_indices=True)
    case("isin", [1, 2, 3], [2], invert=True)
