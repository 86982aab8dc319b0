"""erf_inv as operations that fuse; `bl.erfinv` has more digits, and is a call for each element."""

import functools
import math

import broadloom as bl

from ._rules import rule

# Polynomials of M. Giles, "Approximating the erfinv function" (2012), highest power first: around the middle, and in the tails.
MIDDLE = (2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087, -0.00125372503, -0.00417768164,
          0.246640727, 1.50140941)
TAILS = (-0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047, 1.00167406,
         2.83297682)


@rule("erf_inv", elementwise=True)
def erf_inv(equation, x):
    if x.dtype.itemsize == 8:
        return _at_ends(x, _refined(x))
    wide = x.astype("float32")
    return _at_ends(wide, _polynomial(wide)).astype(x.dtype)


def _at_ends(x, inside):
    return bl.where(bl.abs(x) == 1, bl.copysign(bl.full((), math.inf, dtype=x.dtype), x), inside)


def _polynomial(x):
    w = -bl.log1p(-x * x)
    is_middle = w < 5
    w = bl.where(is_middle, w - 2.5, bl.sqrt(bl.maximum(w, 5)) - 3)
    coefficients = [bl.where(is_middle, middle, tail).astype(x.dtype) for middle, tail in zip(MIDDLE, TAILS)]
    return functools.reduce(lambda p, c: p * w + c, coefficients) * x


def _refined(x):
    """Winitzki's approximation, three digits, and two steps of Halley's method, each of which triples them."""
    a = 0.147
    half = bl.log1p(-x * x) / 2
    t = 2 / (math.pi * a) + half
    y = bl.copysign(bl.sqrt(bl.sqrt(t * t - 2 * half / a) - t), x)
    for _ in range(2):
        is_middle = bl.abs(x) < 0.5
        beyond = (1 - bl.abs(x)) - bl.erfc(bl.abs(y))
        error = bl.where(is_middle, bl.erf(y) - x, bl.where(x < 0, -beyond, beyond))
        error = error * (math.sqrt(math.pi) / 2) * bl.exp(y * y)
        y = y - error / (1 + y * error)
    return y
