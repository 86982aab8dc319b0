"""Convolutions and reductions of windows, by views of windows: those of a convolution are stored, for a matrix product."""

import math

import numpy as np

import broadloom as bl

from ._conversions import converted
from ._reductions import highest, lowest
from ._rules import is_of_complex, rule
from ._shapes import padded


def _windows(x, sizes, steps, gaps):
    """(places of windows..., sizes...): every `steps` elements a window, of elements that lie `gaps` apart."""
    view = bl.lib.stride_tricks.sliding_window_view(x, tuple((size - 1) * gap + 1 for size, gap in zip(sizes, gaps)))
    return view[tuple(slice(None, None, step) for step in (*steps, *gaps))]


REDUCTIONS = {
    "reduce_window_sum": (lambda x, axes: bl.sum(x, axis=axes, dtype=x.dtype), lambda dtype: 0),
    "reduce_window_max": (lambda x, axes: bl.max(x, axis=axes), lowest),
    "reduce_window_min": (lambda x, axes: bl.min(x, axis=axes), highest),
}


@rule(*REDUCTIONS, immediate=is_of_complex)
def reduce_window(equation, x):
    params, (reduce, value) = equation.params, REDUCTIONS[equation.name]
    config = [(low, high, gap - 1) for (low, high), gap in zip(params["padding"], params["base_dilation"])]
    x = padded(x, bl.full((), value(x.dtype), dtype=x.dtype), config)
    windows = _windows(x, params["window_dimensions"], params["window_strides"], params["window_dilation"])
    return reduce(windows, tuple(range(x.ndim, 2 * x.ndim)))


@rule("conv_general_dilated")
def convolve(equation, x, kernel):
    """As one matrix product for each group of features: rows are the windows, columns the features of the result."""
    params, dtype, groups = equation.params, equation.result_types[0].dtype, equation.params["feature_group_count"]
    if params["batch_group_count"] != 1:
        raise NotImplementedError("no groups of the batch")
    numbers = params["dimension_numbers"]
    x, kernel = (bl.permute_dims(converted(z, dtype), axes) for z, axes in ((x, numbers.lhs_spec), (kernel, numbers.rhs_spec)))
    config = [(0, 0, 0)] * 2 + [(low, high, gap - 1) for (low, high), gap in zip(params["padding"], params["lhs_dilation"])]
    x = padded(x, bl.zeros((), dtype=dtype), config)
    features, inner, *sizes = kernel.shape
    windows = _windows(x, (1, inner, *sizes), (1, inner, *params["window_strides"]), (1, 1, *params["rhs_dilation"]))
    batch, _, *places = windows.shape[:x.ndim]
    rows = bl.reshape(bl.moveaxis(windows, 1, 0), (groups, batch * math.prod(places), inner * math.prod(sizes)))
    columns = bl.reshape(kernel, (groups, features // groups, inner * math.prod(sizes)))
    product = bl.reshape(bl.matmul(rows, bl.matrix_transpose(columns)), (groups, batch, *places, features // groups))
    result = bl.reshape(bl.moveaxis(bl.moveaxis(product, -1, 1), 2, 0), (batch, features, *places))
    return bl.permute_dims(result, tuple(np.argsort(numbers.out_spec).tolist()))
