"""Reductions and cumulative functions. The dtype stays what it is: NumPy would widen small integers."""

import numpy as np

import broadloom as bl

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


@rule("reduce_and", "reduce_or", "reduce_xor")
def reduce_bits(equation, x):
    axes, kind = tuple(equation.params["axes"]), equation.name.removeprefix("reduce_")
    if x.dtype.kind == "b" and kind != "xor":
        return (bl.all if kind == "and" else bl.any)(x, axis=axes)
    if x.dtype.kind == "b":
        return bl.sum(x, axis=axes, dtype="int64") % 2 == 1
    raise NotImplementedError("no reductions of the bits of integers")


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
