"""Inputs that are hard for elementary functions, and exact values of what they are judged by."""

import fractions
import threading

import mpmath
import numpy as np

mpmath.mp.prec = 400  # bits: enough for the tangent of any float64

CENTRES = [0.25, 0.5, 1, 1.5, 2, 2.5, 3, 10, 87.3, 88.7, 103.97, 127, 128, 149, 150, 170.6, 171.6, 184, 308.2, 323.6, 708.4, 709.78,
           710.47, 744.4, 745.13, 1022, 1023, 1024, 1074, 1075, 6381956970095103 * 2.0**797, 2.0**52, 2.0**53]


def neighbours(centres, dtype, count):
    """Each with so many floats on either side, of both signs."""
    integer = np.int32 if dtype == np.float32 else np.int64
    bits = np.asarray(centres, dtype).view(integer)[:, None] + np.arange(-count, count + 1, dtype=integer)
    values = bits.reshape(-1).view(dtype)
    return np.concatenate([values, -values])


def hard_cases(dtype):
    """Around thresholds, powers of two, multiples of pi / 2, integers and halves."""
    limits = np.finfo(dtype)
    pi = np.array([float(k * mpmath.pi / 2) for k in range(1, 20_000)])
    parts = [neighbours([centre for centre in CENTRES if centre < float(limits.max)], dtype, 500),
             neighbours(2.0 ** np.arange(-60.0, 60), dtype, 50), neighbours(pi, dtype, 2),
             neighbours(np.arange(0.5, 200, 0.5), dtype, 20),
             np.array([0, limits.smallest_subnormal, limits.tiny, limits.max, np.inf, np.nan], dtype)]
    return np.concatenate(parts)


BETA_LOCK = threading.Lock()


def beta(x, y):
    """Gammas of large numbers cancel, and x + y is to be exact. The precision is that of all threads."""
    if x == 0 or y == 0:
        return mpmath.inf
    with BETA_LOCK, mpmath.workprec(400 + 2 * (abs(mpmath.mag(x)) + abs(mpmath.mag(y)))):
        return mpmath.beta(x, y)


EXACT = {"exp2": lambda x: mpmath.mpf(2) ** x, "log2": lambda x: mpmath.log(x, 2), "cbrt": lambda x: mpmath.sign(x) * mpmath.cbrt(abs(x)),
         "lgamma": lambda x: mpmath.log(abs(mpmath.gamma(x))), "pow": mpmath.power,
         "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)), "i0": lambda x: mpmath.besseli(0, x) if abs(x) < 1000 else mpmath.inf, "beta": beta}


def exact_value(name, operands):
    """A number of mpmath's, or its infinity; None where it has no value."""
    try:
        return (EXACT.get(name) or getattr(mpmath, name))(*(mpmath.mpf(float(x)) for x in operands))
    except ValueError:  # a pole, or outside of the domain
        return None


def error_in_ulp(name, got, operands):
    """Of one result, by rational numbers around mpmath's 400 bits."""
    value = exact_value(name, operands)
    if value is None or not np.isfinite(got) or not mpmath.isfinite(value):
        return float("nan")
    place = fractions.Fraction(float(np.spacing(np.abs(np.asarray(float(value), got.dtype)))))
    mantissa, exponent = abs(value).man_exp
    number = int(mpmath.sign(value)) * int(mantissa) * fractions.Fraction(2) ** int(exponent)
    return float(abs(fractions.Fraction(float(got)) - number) / place)
