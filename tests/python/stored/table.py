"""Every public row of the op table over the dtypes."""

import math

import mpmath

import broadloom as bl
from comparing import SOME_PAIRS
from stored.case import COMPLEX, DTYPES, FLOATS, HALVES, SOME, case, each, either, fails, family, np, of, values

ROWS = {name: (op_class, flags) for name, op_class, _, _, flags, _ in bl._core.op_table()
        if flags.startswith("kPublic") and hasattr(np, name) and name != "matmul"}


def rows_of(wanted):
    for name, (op_class, flags) in ROWS.items():
        if op_class == wanted:
            yield name, 4 if "kCostly" in flags else 0


@family
def unary():
    for name, ulps in rows_of("kUnary"):
        for dtype in SOME:
            either(name, values(dtype, 60).reshape(3, 20), ulps=ulps)


@family
def binary():
    for name, ulps in rows_of("kBinary"):
        for a, b in SOME_PAIRS[::3 if ulps else 2]:
            y = values(b, 60, 2)
            if name in ("pow", "bitwise_left_shift", "bitwise_right_shift") and y.dtype.kind == "i":
                y = abs(values(b, 60, 2, special=False))
            either(name, values(a, 60, 1), y, ulps=ulps)


@family
def reductions():
    for name, (op_class, flags) in ROWS.items():
        plain = "kOrdered" not in flags and "kComposite" not in flags
        for dtype in SOME if op_class == "kReduce" else []:
            for axis in (0, 1):
                either(name, values(dtype, 60, special=plain).reshape(3, 20), axis=axis, ulps=0 if plain else 32)


@family
def three_operands():
    for dtype in DTYPES + COMPLEX:
        case("where", of("bool", 9), of(dtype, 9), of(dtype, 9, seed=1))
        case("clip", of(dtype, 9), of(dtype, 9, seed=1), of(dtype, 9, seed=2), by=np.clip)
        case("clip", of(dtype, 9), 0, 1)
    case("clip", of("float64", 9), min=-1)
    case("clip", of("float64", 9), max=1)
    fails("clip", of("int8", 3), 300, 400)


@family
def functions_that_numpy_lacks():
    for dtype in FLOATS:
        for name, function in [("erf", mpmath.erf), ("erfc", mpmath.erfc), ("gamma", mpmath.gamma), ("lgamma", mpmath.loggamma)]:
            case(name, np.linspace(0.1, 4, 50).astype(dtype), by=each(function), ulps=2)
        case("erf", np.linspace(-4, 4, 50).astype(dtype), by=each(math.erf), ulps=2)


# Powers and branch cuts are compared elsewhere; ULP are those of the whole number.
COMPLEX_ULPS = {"exp2": 512, "log1p": 512, "pow": 256, "abs": 2, "square": 4}


@family
def complex_numbers():
    for dtype in COMPLEX:
        x, y = of(dtype, 3, 8), of(dtype, 3, 8, seed=5)
        for name, ulps in rows_of("kUnary"):
            if not ulps or dtype == COMPLEX[1]:
                either(name, x, ulps=COMPLEX_ULPS.get(name, 2 * ulps))
        for name, ulps in rows_of("kBinary"):
            for operands in ((x, y), (x, y.real.copy())) if dtype == COMPLEX[0] else ((x, y), (x, 2)):
                either(name, *operands, ulps=COMPLEX_ULPS.get(name, 4))
        for name, _ in rows_of("kReduce"):
            either(name, x, axis=1, norm=16)


# These are computed as float32 and rounded once; ml_dtypes rounds some of their steps.
BFLOAT = HALVES[1]


def widened(name):
    def function(*operands, **keywords):
        result = getattr(np, name)(*(x.astype("float32") if x.dtype == BFLOAT else x for x in operands), **keywords)
        return result.astype(BFLOAT) if result.dtype == "float32" else result
    return function


@family
def bfloat16():
    x, y = of(BFLOAT, 3, 8), of(BFLOAT, 3, 8, seed=1)
    for name, _ in rows_of("kUnary"):
        either(name, x, by=widened(name), ulps=1)
    for name, _ in rows_of("kBinary"):
        either(name, x, y, by=widened(name), ulps=1)
    for name, _ in rows_of("kReduce"):
        either(name, x, axis=0, by=widened(name), ulps=1)
