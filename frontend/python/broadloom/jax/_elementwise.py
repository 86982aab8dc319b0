"""Primitives that compute element by element. Most are broadloom's functions; the rest differ from NumPy's."""

import numpy as np

import broadloom as bl

from ._rules import plain, rule

plain(abs=bl.abs, acos=bl.acos, acosh=bl.acosh, add=bl.add, add_any=bl.add, asin=bl.asin, asinh=bl.asinh, atan=bl.atan,
      atanh=bl.atanh, cbrt=bl.cbrt, ceil=bl.ceil, cos=bl.cos, cosh=bl.cosh, eq=bl.equal, erf=bl.erf, erfc=bl.erfc, exp=bl.exp,
      exp2=bl.exp2, expm1=bl.expm1, floor=bl.floor, ge=bl.greater_equal, gt=bl.greater, imag=bl.imag, is_finite=bl.isfinite,
      le=bl.less_equal, lgamma=bl.lgamma, log=bl.log, log1p=bl.log1p, lt=bl.less, max=bl.maximum, min=bl.minimum,
      mul=bl.multiply, ne=bl.not_equal, neg=bl.negative, nextafter=bl.nextafter, real=bl.real, sign=bl.sign, sin=bl.sin,
      sinh=bl.sinh, sqrt=bl.sqrt, square=bl.square, sub=bl.subtract, tan=bl.tan, tanh=bl.tanh, zeros_like=bl.zeros_like)
RULES_OF_BITS = {"and": bl.bitwise_and, "not": bl.invert, "or": bl.bitwise_or, "xor": bl.bitwise_xor}
plain(**RULES_OF_BITS)
plain(digamma=lambda x: bl.where(x == 0, np.nan, bl.digamma(x)), rsqrt=lambda x: 1 / bl.sqrt(x))


def is_integer(x):
    return x.dtype.kind in "iu"


def as_unsigned(x):
    """The same bits."""
    return x.astype(f"uint{8 * x.dtype.itemsize}")


@rule("atan2", elementwise=True)
def angle(equation, y, x):
    return -1j * bl.log((x + 1j * y) / bl.sqrt(x * x + y * y)) if x.dtype.kind == "c" else bl.atan2(y, x)


@rule("conj", elementwise=True)
def conjugate(equation, x):
    """Real numbers become complex."""
    return bl.conj(x).astype(equation.result_types[0].dtype)


@rule("div", elementwise=True)
def divide(equation, x, y):
    """Integers are rounded to zero; what is divided by zero is -1, all bits set."""
    if not is_integer(x):
        return bl.divide(x, y)
    floor = bl.floor_divide(x, y)
    if x.dtype.kind == "i":
        floor = bl.where((floor * y != x) & ((x < 0) != (y < 0)), floor + 1, floor)
    return bl.where(y == 0, ~bl.zeros_like(y), floor)


@rule("rem", elementwise=True)
def remainder(equation, x, y):
    """With the sign of x, which is what is left where y is zero."""
    rest = bl.fmod(x, y)
    return bl.where(y == 0, x, rest) if is_integer(x) else rest


@rule("logistic", elementwise=True)
def logistic(equation, x):
    return 1 / (1 + bl.exp(-x)) if x.dtype.kind == "c" else bl.sigmoid(x)


@rule("pow", elementwise=True)
def power(equation, x, y):
    """In the dtype of x, whatever that of an integer exponent is."""
    return bl.pow(x, y if y.dtype == x.dtype else y.astype(x.dtype))


@rule("integer_pow", elementwise=True)
def integer_power(equation, x):
    """By squaring, as XLA does it."""
    exponent = equation.params["y"]
    result, square = None, x
    for bit in reversed(f"{abs(exponent):b}"):
        if bit == "1":
            result = square if result is None else result * square
        square = square * square
    if result is None:
        return bl.ones_like(x)
    return 1 / result if exponent < 0 else result


@rule("round", elementwise=True)
def round_to_integer(equation, x):
    if equation.params["rounding_method"].name == "TO_NEAREST_EVEN":
        return bl.round(x)
    whole = bl.trunc(x)
    return bl.where(bl.abs(x - whole) >= 0.5, whole + bl.copysign(bl.ones_like(x), x), whole)


@rule("clamp", elementwise=True)
def clamp(equation, low, x, high):
    return bl.minimum(bl.maximum(x, low), high)


@rule("select_n", elementwise=True)
def select(equation, which, *cases):
    chosen = cases[0]
    for i, case in enumerate(cases[1:], 1):
        chosen = bl.where(which if which.dtype.kind == "b" else which >= i, case, chosen)
    return chosen


@rule("eq_to", "le_to", "lt_to", elementwise=True)
def compare_in_total_order(equation, x, y):
    """-NaN < -infinity < ... < -0 < 0 < ... < infinity < NaN, and NaNs of one sign are equal."""
    if x.dtype.kind in "biu":
        return {"eq_to": bl.equal, "le_to": bl.less_equal, "lt_to": bl.less}[equation.name](x, y)
    below, above = _place(x), _place(y)
    is_less = (below < above) | ((below == above) & (x < y))
    is_equal = (below == above) & ((x == y) | bl.isnan(x))
    return {"eq_to": is_equal, "le_to": is_less | is_equal, "lt_to": is_less}[equation.name]


def _place(x):
    """Of NaNs 4 from zero, of numbers as they are signed 2 and of zeros 1."""
    distance = bl.where(bl.isnan(x), bl.asarray(4, "int8"), bl.where(x == 0, bl.asarray(1, "int8"), bl.asarray(2, "int8")))
    return bl.where(bl.signbit(x), -distance, distance)


@rule("population_count", elementwise=True)
def population_count(equation, x):
    return bl.bitwise_count(as_unsigned(x)).astype(x.dtype)


@rule("clz", elementwise=True)
def leading_zeros(equation, x):
    return bl.clz(x).astype(x.dtype)


@rule("shift_left", elementwise=True)
def shift_left(equation, x, by):
    """Shifts count as unsigned: of as many bits as there are, or more, all are gone."""
    return bl.bitwise_left_shift(as_unsigned(x), as_unsigned(by)).astype(x.dtype)


@rule("shift_right_logical", elementwise=True)
def shift_right(equation, x, by):
    return bl.bitwise_right_shift(as_unsigned(x), as_unsigned(by)).astype(x.dtype)


@rule("shift_right_arithmetic", elementwise=True)
def shift_right_with_sign(equation, x, by):
    """The first bit is the sign, in unsigned dtypes too."""
    bits = 8 * x.dtype.itemsize
    by = bl.minimum(as_unsigned(by), bits - 1).astype(x.dtype)
    return bl.bitwise_right_shift(x.astype(f"int{bits}"), by.astype(f"int{bits}")).astype(x.dtype)


@rule("complex", elementwise=True)
def make_complex(equation, real, imaginary):
    result = bl.zeros(*equation.result_types[0])
    result.real[...], result.imag[...] = real, imaginary
    return result


@rule("mulhi", elementwise=True)
def upper_half_of_product(equation, x, y):
    bits = 8 * x.dtype.itemsize
    if bits == 64:
        return _upper_half_of_128_bits(x, y)
    wide = np.dtype(f"{x.dtype.kind}{x.dtype.itemsize * 2}")
    return (x.astype(wide) * y.astype(wide) >> bits).astype(x.dtype)


def _upper_half_of_128_bits(x, y):
    """By halves; of signed numbers, what is below zero counts 2**64 too much as unsigned."""
    a, b, low = as_unsigned(x), as_unsigned(y), 0xFFFFFFFF
    middle = (a >> 32) * (b & low) + ((a & low) * (b & low) >> 32)
    upper = (a >> 32) * (b >> 32) + (middle >> 32) + ((a & low) * (b >> 32) + (middle & low) >> 32)
    return (upper.astype(x.dtype) - bl.where(x < 0, y, 0) - bl.where(y < 0, x, 0)) if x.dtype.kind == "i" else upper
