"""Reductions and cumulative functions. The dtype stays what it is: NumPy would widen small integers."""

import numpy as np

import broadloom as bl

from ._elementwise import as_unsigned
from ._rules import is_of_complex, rule


def lowest(dtype):
    return -np.inf if dtype.kind not in "biu" else False if dtype.kind == "b" else int(np.iinfo(dtype).min)


def highest(dtype):
    return np.inf if dtype.kind not in "biu" else True if dtype.kind == "b" else int(np.iinfo(dtype).max)


@rule("reduce_sum")
def reduce_sum(equation, x):
    return bl.sum(x, axis=tuple(equation.params["axes"]), dtype=x.dtype)


@rule("reduce_prod", immediate=is_of_complex)
def reduce_product(equation, x):
    return bl.prod(x, axis=tuple(equation.params["axes"]), dtype=x.dtype)


@rule("reduce_max", "reduce_min", immediate=is_of_complex)
def reduce_extremum(equation, x):
    """Of no elements: the lowest number, or the highest."""
    is_max = equation.name == "reduce_max"
    if x.size == 0:
        shape, dtype = equation.result_types[0]
        return bl.full(shape, (lowest if is_max else highest)(dtype), dtype=dtype)
    return (bl.max if is_max else bl.min)(x, axis=tuple(equation.params["axes"]))


OF_BOOLS = {"reduce_and": bl.all, "reduce_or": bl.any,
            "reduce_xor": lambda x, axis: bl.sum(x, axis=axis, dtype="int64") % 2 == 1}


@rule(*OF_BOOLS)
def reduce_bits(equation, x):
    """Each bit of integers by itself, along an axis of its own."""
    axes, reduce = tuple(equation.params["axes"]), OF_BOOLS[equation.name]
    if x.dtype.kind == "b":
        return reduce(x, axis=axes)
    words = as_unsigned(x)
    bits = bl.arange(8 * x.dtype.itemsize).astype(words.dtype)
    reduced = reduce((words[..., None] >> bits) & 1 != 0, axis=axes)
    return bl.sum(reduced.astype(words.dtype) << bits, axis=-1, dtype=words.dtype).astype(x.dtype)


@rule("argmax", "argmin")
def index_of_extremum(equation, x):
    axis, = equation.params["axes"]
    return getattr(bl, equation.name)(x, axis=axis).astype(equation.result_types[0].dtype)


CUMULATIVE = {
    "cumsum": lambda x, axis: bl.cumulative_sum(x, axis=axis, dtype=x.dtype),
    "cumprod": lambda x, axis: bl.cumulative_prod(x, axis=axis, dtype=x.dtype),
    "cummax": lambda x, axis: bl.cumulative_max(x, axis=axis),
    "cummin": lambda x, axis: bl.cumulative_min(x, axis=axis),
    "cumlogsumexp": lambda x, axis: bl.logcumsumexp(x, axis=axis),
}


@rule(*CUMULATIVE, immediate=is_of_complex)
def cumulate(equation, x):
    axis, function = equation.params["axis"], CUMULATIVE[equation.name]
    if equation.params["reverse"]:
        return bl.flip(function(bl.flip(x, axis=axis), axis), axis=axis)
    return function(x, axis)
