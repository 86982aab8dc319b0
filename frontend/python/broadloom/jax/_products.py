"""Sums of products: dot_general."""

import functools
import math

import broadloom as bl

from ._conversions import converted
from ._rules import rule

SMALL = 4


@rule("dot_general")
def dot_general(equation, x, y):
    """Axes of the result: those that both share, then what is left of x, then what is left of y."""
    (x_summed, y_summed), (x_shared, y_shared) = equation.params["dimension_numbers"]
    dtype = equation.result_types[0].dtype
    x, y = converted(x, dtype), converted(y, dtype)
    x_left = [axis for axis in range(x.ndim) if axis not in x_summed and axis not in x_shared]
    y_left = [axis for axis in range(y.ndim) if axis not in y_summed and axis not in y_shared]
    shared = [x.shape[axis] for axis in x_shared]
    rows, columns = [x.shape[axis] for axis in x_left], [y.shape[axis] for axis in y_left]
    inner = math.prod(x.shape[axis] for axis in x_summed)
    x = _arranged(x, (*x_shared, *x_left, *x_summed), (*shared, math.prod(rows), inner))
    y = _arranged(y, (*y_shared, *y_summed, *y_left), (*shared, inner, math.prod(columns)))
    return bl.reshape(_product(x, y), (*shared, *rows, *columns))


def _product(x, y):
    """x @ y. Many small matrices are multiplied element by element, as part of the kernel around."""
    inner = y.shape[-2]
    is_small = inner == 1 or x.ndim > 2 and 0 < inner <= SMALL and max(x.shape[-2], y.shape[-1]) <= SMALL
    if not is_small or x.dtype.kind == "b":
        return bl.matmul(x, y)
    return functools.reduce(bl.add, (x[..., i:i + 1] * y[..., i:i + 1, :] for i in range(inner)))


def _arranged(x, axes, shape):
    return bl.reshape(bl.permute_dims(x, axes), shape)
