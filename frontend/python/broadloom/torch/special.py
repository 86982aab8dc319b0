"""Special functions, written with elementary ones: polygamma, and the modified Bessel function I1."""

import functools
import math
from fractions import Fraction

import numpy

import broadloom as bl

from .lowering import KIND, array, aten, cast, computation_dtype, lowers, result_dtype
from .pointwise import pointwise

BERNOULLI_TERMS = 12


def polynomial(x, coefficients):
    """By Horner's rule, the constant coefficient first."""
    value = coefficients[-1]
    for coefficient in coefficients[-2::-1]:
        value = value * x + coefficient
    return value


@functools.cache
def bernoulli(n):
    """The n-th Bernoulli number, as a fraction."""
    return Fraction(1) if n == 0 else -sum(math.comb(n + 1, k) * bernoulli(k) for k in range(n)) / (n + 1)


def multiplied(x, n):
    """x**n by multiplications, for a whole number n > 0."""
    half = multiplied(x, n // 2) if n > 1 else None
    return x if n == 1 else half * half * x if n % 2 else half * half


def hurwitz_zeta(s, x):
    """The sum of (x + k)**-s over k = 0, 1, ..., for whole s > 1 and x > 0: first terms, then Euler's and Maclaurin's formula."""
    direct = 9 + s
    total = sum(1.0 / multiplied(x + k, s) for k in range(direct))
    a = x + direct
    inverse = step = 1.0 / a
    rising, tail = s, 0.5
    for k in range(1, BERNOULLI_TERMS + 1):
        tail = tail + step * float(bernoulli(2 * k) * Fraction(rising, math.factorial(2 * k)))
        step, rising = step * inverse * inverse, rising * (s + 2 * k - 1) * (s + 2 * k)
    return total + multiplied(inverse, s - 1) / (s - 1) + tail * multiplied(inverse, s)


def cotangents_derivative(n, x):
    """The n-th derivative of pi cot(pi x), n > 1, as a polynomial in the cotangent."""
    of_cotangent = numpy.polynomial.Polynomial([0, 1])
    for _ in range(n):
        of_cotangent = of_cotangent.deriv() * numpy.polynomial.Polynomial([-1, 0, -1])
    cotangent = 1.0 / bl.tan(math.pi * (x - bl.rint(x)))
    return math.pi ** (n + 1) * polynomial(cotangent, of_cotangent.coef.tolist())


def reflection(n, x):
    """What polygamma is more on the left of 0.5 than its mirror image: poles at 0 and before, for n = 1 as near as PyTorch's."""
    if n == 1:
        sine = bl.sin(math.pi * x)
        return bl.astype(math.pi ** 2 / (sine * sine), "float64")
    wide = bl.astype(x, "float64")
    return bl.where(wide == bl.floor(wide), math.inf if n % 2 else -math.inf, -cotangents_derivative(n, wide))


@lowers(aten.polygamma.default)
def polygamma(node, n, x):
    dtype = computation_dtype(node, KIND.INT_TO_FLOAT)
    x = array(x, dtype)
    if n == 0:
        return cast(bl.digamma(x), result_dtype(node))
    wide, sign = bl.astype(x, "float64"), 1 if n % 2 else -1
    mirrored = sign * math.factorial(n) * hurwitz_zeta(n + 1, bl.where(wide < 0.5, 1.0 - wide, wide))
    if n > 1:  # as PyTorch's
        mirrored = bl.where(wide == math.inf, math.nan, mirrored)
    return cast(bl.where(wide < 0.5, reflection(n, x) - sign * mirrored, mirrored), result_dtype(node))


SMALL_TERMS, LARGE_TERMS, LARGE = 42, 28, 20.0
SERIES = [float(Fraction(1, math.factorial(k) * math.factorial(k + 1))) for k in range(SMALL_TERMS)]
ASYMPTOTIC = [float(Fraction(math.prod((2 * i - 1) ** 2 - 4 for i in range(1, k + 1)), math.factorial(k) * 8 ** k))
              for k in range(LARGE_TERMS)]


def bessel_i1(x):
    """Its power series, and for large numbers its asymptotic one, in float64."""
    wide = bl.astype(x, "float64")
    size = bl.abs(wide)
    small = 0.5 * wide * polynomial(0.25 * wide * wide, SERIES)
    large = bl.exp(size) / bl.sqrt(2 * math.pi * size) * polynomial(1.0 / size, ASYMPTOTIC)
    return bl.where(size < LARGE, small, bl.copysign(large, wide))


pointwise("special_i1", bessel_i1, KIND.INT_TO_FLOAT)
