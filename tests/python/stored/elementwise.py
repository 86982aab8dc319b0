"""Elementwise functions that are composed of the table's, and the keywords out=, where=, dtype=, casting=."""

from fractions import Fraction

import judges
from stored.case import COMPLEX, FLOATS, HALVES, SOME, case, each, either, fails, family, np, of, values

UNARY = {"sinc": 2, "isposinf": 0, "isneginf": 0, "spacing": 0, "fabs": 0, "nan_to_num": 0, "real": 0, "imag": 0, "conj": 0,
         "isreal": 0, "iscomplex": 0, "frexp": 0, "modf": 0, "angle": 2, "deg2rad": 0, "rad2deg": 0}
BINARY = {"logaddexp": 8, "logaddexp2": 8, "float_power": 1, "divmod": 0, "isclose": 0, "floor_divide": 0, "remainder": 0}
SPECIAL = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 1e-300, 1e300, 1, -1.5])


@family
def unary():
    for name, ulps in UNARY.items():
        for dtype in SOME:
            either(name, values(dtype, 30).reshape(3, 10), ulps=ulps)
        for dtype in COMPLEX:
            either(name, of(dtype, 3, 8), ulps=8 * ulps)


@family
def binary():
    for name, ulps in BINARY.items():
        for dtype in SOME + COMPLEX:
            either(name, of(dtype, 24), of(dtype, 24, seed=3), ulps=256 if name == "float_power" and dtype in COMPLEX else ulps)
        case(name, SPECIAL[:, None], SPECIAL, ulps=ulps)
        case(name, of("int16", 8), of("float32", 8), ulps=ulps)


@family
def special():
    """mpmath's and C's, where NumPy has none."""
    for name in ("sigmoid", "erfinv", "digamma"):
        for dtype in FLOATS:
            case(name, np.concatenate([values(dtype, 20), of(dtype, 20) / 8]), by=judges.JUDGES[name], ulps=1)
    for dtype in ("float32", "float64"):
        x, y, z = (abs(of(dtype, 12, seed=seed)) + 1 for seed in range(3))
        case("beta", x, y, by=judges.JUDGES["beta"], ulps=1)
        case("fma", x, y, z, by=each(lambda x, y, z: float(Fraction(x) * Fraction(y) + Fraction(z))), ulps=1)
        case("lerp", x, y, np.array(1, dtype), by=lambda x, y, t: y)
        case("lerp", x, y, np.array(0.25, dtype), by=lambda x, y, t: x + t * (y - x))
    for dtype in ("int8", "uint16", "int32", "uint64"):
        case("clz", values(dtype, 20), by=judges.clz)


@family
def bfloat16():
    x = of(HALVES[1], 12)
    for name in ("isposinf", "isneginf", "fabs", "real", "conj"):
        case(name, x, by=lambda x: getattr(np, name)(x.astype("float32")).astype(bool if name[:2] == "is" else x.dtype))
    case("isclose", x, x, by=lambda x, y: np.ones(12, bool))
    case("divmod", x, x + x, by=lambda x, y: tuple(part.astype(x.dtype) for part in np.divmod(x.astype("f4"), y.astype("f4"))))


@family
def exponents():
    for dtype in FLOATS:
        for shifts in (np.arange(-40, 40), np.arange(-40, 40, dtype="int8")):
            case("ldexp", of(dtype, 80), shifts)
        case("frexp", np.ldexp(np.ones(60), np.arange(-1074, 1023, 35)).astype(dtype))
    fails("ldexp", of("float64", 2), np.array([1.5, 2]))


@family
def closeness():
    x, y = np.array([1.0, 1.00001, np.nan, np.inf, 0, 1e-9]), np.array([1.0, 1.0, np.nan, -np.inf, 1e-9, 0])
    for how in ({}, {"rtol": 0.2}, {"atol": 1.5}, {"equal_nan": True}):
        for name in ("isclose", "allclose"):
            case(name, x, y, **how)
            case(name, x.astype("float32") * 1j, y.astype("float32"), **how)
    case("array_equal", x, x)
    case("array_equal", x, x, equal_nan=True)
    case("array_equal", x, x[:3])
    case("nan_to_num", SPECIAL, nan=7, posinf=8, neginf=9)


@family
def rounding():
    for dtype in ("float16", "float32", "float64", "int16", "uint8", "complex64", "complex128"):
        for decimals in (-1, 0, 2):
            case("round", of(dtype, 20), decimals)
    case("angle", of("complex128", 9), deg=True, ulps=8)
    case("unwrap", np.arange(20) * 2.5 % 6, ulps=8)
    case("unwrap", np.array([[0, 1, 2, -1, 0]]), period=4)
    case("heaviside", SPECIAL, 0.5)
    case("pow", of("float64", 5), 2)
    fails("pow", of("int64", 5), -1)


@family
def out_and_where():
    for dtype in ("int32", "float32", "float64", "complex64"):
        x, y, mask = of(dtype, 4, 5), of(dtype, 5, seed=1), of("bool", 4, 5)
        case("add", x, y, out=np.zeros((4, 5), "complex128"))
        case("multiply", x, y, out=np.ones((4, 5), dtype), where=mask, ulps=4 if dtype in COMPLEX else 0)
        case("subtract", x, y, dtype="complex128")
        case("square", x, dtype="complex64", casting="unsafe", ulps=4)
        case("negative", x, out=(np.ones((4, 5), dtype),), where=mask[0])
    case("sqrt", [4, 9], where=[True, False], out=np.ones(2))
    case("frexp", of("float64", 4), out=(np.zeros(4), np.zeros(4, "int32")))
    case("logaddexp", of("float64", 4), 1, out=np.zeros(4), where=of("bool", 4), ulps=8)
    case("isposinf", of("float64", 4), out=np.zeros(4, bool))


@family
def wrong_keywords():
    x = of("float64", 4)
    fails("add", x, x, out=np.zeros(3))
    fails("add", x, x, out=np.zeros(4, "int64"))
    fails("add", x, np.ones(3))
    fails("add", x, x, casting="foo")
    fails("sqrt", x, dtype="int64")
    fails("add", x, x, dtype="float32", casting="safe")
    fails("bitwise_and", x, x)
    fails("add", np.ones(3, "int8"), 300)


ERRORS = [("divide", "divide by zero", [1.0], [0.0]), ("multiply", "over", [1e300], [1e300]), ("sqrt", "invalid", [-1.0]),
          ("multiply", "under", [1e-300], [1e-300]), ("log", "divide by zero", [0.0]), ("exp", "over", [1e4]),
          ("floor_divide", "divide by zero", [1], [0])]


@family
def floating_point_errors():
    for name, kind, *operands in ERRORS:
        operands = [np.array(x) for x in operands]
        error = kind.split()[0]
        fails(name, *operands, errstate={error: "raise"})
        case(name, *operands, errstate={"all": "raise", error: "ignore"})
        case(name, np.abs(operands[0]) * 0 + 2, *operands[1:], errstate={"all": "ignore"}, ulps=4)
