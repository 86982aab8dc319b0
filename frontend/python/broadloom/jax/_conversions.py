"""Conversions between dtypes, as XLA does them on CPUs: floats beyond an integer dtype become its limits, NaN zero."""

import numpy as np
from jax.extend.source_info_util import summarize

import broadloom as bl

from ._equations import expansion
from ._rules import rule
from ._types import type_of


@rule("convert_element_type", elementwise=True)
def convert(equation, x):
    return converted(x, equation.result_types[0].dtype)


def converted(x, dtype):
    """x as that dtype."""
    if x.dtype == dtype:
        return x
    if x.dtype.kind == "c" and dtype.kind != "c":
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


FLOATS = {(5, 10): "float16", (8, 7): "bfloat16", (8, 23): "float32", (11, 52): "float64"}


@rule("reduce_precision", elementwise=True)
def reduce_precision(equation, x):
    """By way of the float dtype that has as many bits; fewer bits of the exponent make subnormal numbers zeros."""
    bits = equation.params["exponent_bits"], equation.params["mantissa_bits"]
    own = next(sizes for sizes, name in FLOATS.items() if bl.result_type(name) == x.dtype)
    if bits not in FLOATS or (bits[0] < own[0]) != (bits[1] < own[1]) and bits[0] != own[0]:
        raise NotImplementedError(f"no floats of {bits[0]} and {bits[1]} bits")
    if bits[0] >= own[0] and bits[1] >= own[1]:
        return x
    result = x.astype(FLOATS[bits]).astype(x.dtype)
    if bits[0] == own[0]:
        return result
    return bl.where(bl.abs(x) < float(bl.finfo(FLOATS[bits]).smallest_normal), bl.copysign(bl.zeros_like(x), x), result)


@rule("bitcast_convert_type_of_words")
def float_of_bits(equation, x):
    """By arithmetic, which is exact, so that nothing has to be stored; all NaNs are the same one."""
    dtype = equation.result_types[0].dtype
    fraction_bits = np.finfo(dtype).nmant
    widest = (1 << x.dtype.itemsize * 8 - 1 - fraction_bits) - 1
    exponent = (x >> fraction_bits) & widest
    fraction = (x & ((1 << fraction_bits) - 1)).astype(dtype) * 2.0**-fraction_bits
    power = bl.exp2(bl.maximum(exponent, 1).astype(dtype) - float(widest // 2))
    magnitude = (bl.minimum(exponent, 1).astype(dtype) + fraction) * power
    special = bl.where(fraction == 0, np.inf, np.nan)
    magnitude = bl.where(exponent == widest, special.astype(dtype), magnitude)
    return bl.where(x >> x.dtype.itemsize * 8 - 1 == 1, -magnitude, magnitude)


@rule("bitcast_convert_type", immediate=True)
def bitcast(equation, x):
    """Other bits are seen in memory; of a wider dtype the last axis is joined, of a narrower one it is new."""
    shape, dtype = equation.result_types[0]
    memory = np.asarray(bl.copy(x, order="C")).reshape(-1).view(dtype)
    return bl.asarray(memory).reshape(shape)


@expansion("bitcast_convert_type")
def choose_bitcast(flat, eqn, operands):
    """Integers of one width are converted; those of 32 and 64 bits become floats by arithmetic."""
    source, target = flat.types[operands[0]], type_of(eqn.outvars[0].aval)
    name = eqn.primitive.name
    if source.dtype.itemsize == target.dtype.itemsize:
        if source.dtype.kind in "iu" and target.dtype.kind in "iu":
            name = "convert_element_type"
        elif source.dtype.kind == "u" and target.dtype.kind == "f" and target.dtype.itemsize >= 4:
            name = "bitcast_convert_type_of_words"
    return flat.emit(name, {}, operands, [target], summarize(eqn.source_info))
