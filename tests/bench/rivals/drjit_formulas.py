"""What Dr.Jit's arrays of one dimension say naturally: element by element, reductions to one number, gathers, sums
along. The formulas are those of the tables, by the array API's names."""
from __future__ import annotations

from collections.abc import Callable

import drjit as dr
import numpy as np
from drjit import llvm

TYPES = {"float32": llvm.Float32, "float64": llvm.Float64, "uint8": llvm.UInt8, "bool": llvm.Bool, "int64": llvm.UInt32}


class Names:
    """The array API's names for Dr.Jit's functions."""
    float32, uint8, int64 = llvm.Float32, llvm.UInt8, llvm.UInt32  # indices have 32 bits
    exp, log, sin, cos, asin, tanh, sqrt = dr.exp, dr.log, dr.sin, dr.cos, dr.asin, dr.tanh, dr.sqrt
    abs, clip, where, zeros_like = dr.abs, dr.clip, dr.select, dr.zeros_like
    sum, min, max, mean = dr.sum, dr.min, dr.max, dr.mean

    @staticmethod
    def astype(x, dtype):
        return dtype(x)

    @staticmethod
    def take(x, i, axis):
        return dr.gather(type(x), x, i)

    @staticmethod
    def cumulative_sum(x, axis):
        return dr.cumsum(x)

    @staticmethod
    def var(x):
        d = x - dr.mean(x)
        return dr.mean(d * d)


def grey(image):
    """Channels lie beside each other, so that each is a gather."""
    first = dr.arange(llvm.UInt32, dr.width(image) // 3) * 3
    red, green, blue = (llvm.Float32(dr.gather(llvm.UInt8, image, first + k)) for k in range(3))
    return (llvm.UInt8(0.299 * red + 0.587 * green + 0.114 * blue),)


FROM_THE_TABLES = {
    "scaled sum", "cubic", "chain of 30", "chain of 400", "sum of 12", "damped wave", "gelu", "log density",
    "black scholes", "haversine", "brighten", "masked blend", "compare and select", "piecewise", "mandelbrot",
    "newton cube root", "logistic map", "horner", "total", "summary", "dot", "mean squared error", "variance",
    "gather multiply add", "look up", "masked sum", "running product sum"}
OWN = {"grey": grey}


def why_not(workload) -> str:
    return "it has no 16-bit integers" if workload.formula == "gain" else "not natural in arrays of one dimension"


def formula_of(workload) -> Callable[..., tuple] | None:
    if workload.formula in FROM_THE_TABLES:
        return lambda *arrays: workload.results(Names, arrays)
    return OWN.get(workload.formula)


def flat(x: np.ndarray):
    """An input; indices are narrowed to the 32 bits that Dr.Jit gathers by."""
    kind = TYPES[x.dtype.name]
    return kind(x.ravel().astype(np.uint32) if kind is llvm.UInt32 else x.ravel())
