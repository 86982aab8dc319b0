"""Conversions between dtypes, as XLA does them on CPUs: floats beyond an integer dtype become its limits, NaN zero."""

import numpy as np

import broadloom as bl

from ._rules import rule


@rule("convert_element_type")
def convert(equation, x):
    return converted(x, equation.result_types[0].dtype)


def converted(x, dtype):
    """x as that dtype."""
    if x.dtype == dtype:
        return x
    if x.dtype.kind == "c" and dtype.kind != "c" and dtype.kind != "b":
        x = bl.real(x)
    if dtype.kind == "b":
        return x != 0
    if dtype.kind in "iu" and x.dtype.kind not in "biu":
        return _saturated(x, dtype)
    return x.astype(dtype)


def _saturated(x, dtype):
    if x.dtype.itemsize == 2:
        x = x.astype("float32")
    limits = np.iinfo(dtype)
    low, beyond = float(limits.min), float(limits.max // 2 + 1) * 2
    inside = bl.where(x <= low, limits.min, bl.where(bl.isnan(x), 0, x.astype(dtype)))
    return bl.where(x >= beyond, limits.max, inside)


@rule("reduce_precision")
def reduce_precision(equation, x):
    """By way of the float dtype that has as many bits; its subnormal numbers are zeros."""
    bits = equation.params["exponent_bits"], equation.params["mantissa_bits"]
    between = {(5, 10): "float16", (8, 7): "bfloat16", (8, 23): "float32", (11, 52): "float64"}.get(bits)
    if between is None:
        raise NotImplementedError(f"broadloom.jax: no floats of {bits[0]} and {bits[1]} bits: {equation}")
    if x.dtype.itemsize <= np.dtype(bl.result_type(between)).itemsize:
        return x
    smallest = float(bl.finfo(between).smallest_normal)
    return bl.where(bl.abs(x) < smallest, bl.copysign(bl.zeros_like(x), x), x.astype(between).astype(x.dtype))
