"""Judges of functions that NumPy has not, or less exactly: mpmath's, rounded to float64; special cases are scipy.special's."""

import mpmath
import numpy as np

mpmath.mp.prec = 200  # bits


def erfinv(x):
    if abs(x) == 1:
        return np.copysign(np.inf, x)
    return float(mpmath.erfinv(x)) if abs(x) < 1 else np.nan


def digamma(x):
    if x == 0:
        return -np.copysign(np.inf, x)
    if x == np.inf:
        return x
    return np.nan if x != x or (x < 0 and x == np.floor(x)) else float(mpmath.digamma(x))


def i0(x):
    if not np.isfinite(x):
        return np.nan  # NumPy's infinity over infinity
    return float(mpmath.besseli(0, x)) if abs(x) < 720 else np.inf


def sigmoid(x):
    if not np.isfinite(x):
        return np.nan if x != x else float(x > 0)
    return float(1 / (1 + mpmath.exp(-x)))


def is_pole(x):
    return x <= 0 and x == np.floor(x)


def beta(x, y):
    if x != x or y != y:
        return np.nan
    if is_pole(x) or is_pole(y):
        x, y = (x, y) if is_pole(x) else (y, x)
        other = 1 - (x + y)
        finite = y > 0 and np.isfinite(x) and y == np.floor(y) and other > 0
        return (1 if y % 2 == 0 else -1) * beta(other, y) if finite else np.inf
    if np.isinf(x) or np.isinf(y):
        x, y = (x, y) if np.isinf(x) else (y, x)
        return np.nan if y == np.inf else 0.0 if y > 0 else np.inf if np.floor(y) % 2 == 0 else -np.inf
    with mpmath.workprec(200 + 2 * max(0, mpmath.mag(x), mpmath.mag(y))):  # gammas of large numbers cancel
        return float(mpmath.beta(x, y))


def leading_zeros(x):
    bits = 8 * x.dtype.itemsize
    return bits - (int(x) & (1 << bits) - 1).bit_length()


def of_floats(function, dtype_of):
    def judge(*operands):
        dtype = dtype_of(*operands)
        wide = [np.asarray(x, "float64") for x in operands]
        return np.vectorize(function, otypes=["float64"])(*wide).astype(dtype)
    return judge


def clz(x):
    if x.dtype.kind == "f":
        raise TypeError("clz of floats")
    flat = [leading_zeros(element) for element in x.ravel()]
    return np.array(flat, np.uint8).reshape(x.shape)


JUDGES = {"clz": clz, "i0": of_floats(i0, lambda x: x.dtype if x.dtype.kind == "f" else np.dtype("float64")),
          "beta": of_floats(beta, lambda x, y: np.hypot(x, y).dtype),
          **{f.__name__: of_floats(f, lambda x: np.sqrt(x).dtype) for f in (erfinv, digamma, sigmoid)}}
