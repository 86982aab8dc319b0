"""Sums of products: dot_general."""

import functools
import itertools
import math

import broadloom as bl

from ._conversions import converted
from ._rules import rule

SMALL = 4  # sums of so many products, in results so narrow, are written out: they are part of the kernel around
LONG = 64  # products with vectors of so many elements are sums, if the matrix is computed just for them


@rule("dot_general")
def dot_general(equation, x, y):
    """In the result's dtype, or in the operands' where that has no fractions or imaginary parts."""
    wanted = equation.result_types[0].dtype
    dtype = max(wanted, *sorted((x.dtype, y.dtype), key=lambda dtype: -dtype.itemsize), key=_kind)
    return converted(_product(converted(x, dtype), converted(y, dtype), *equation.params["dimension_numbers"]), wanted)


def _kind(dtype):
    """Complex numbers before real ones, and these before integers."""
    return 2 if dtype.kind == "c" else 0 if dtype.kind in "biu" else 1


def _product(x, y, summed, batches):
    """Axes of the result: those that both share, then what is left of x, then what is left of y."""
    (x_summed, y_summed), (x_shared, y_shared), dtype = summed, batches, x.dtype
    x_left = [axis for axis in range(x.ndim) if axis not in x_summed and axis not in x_shared]
    y_left = [axis for axis in range(y.ndim) if axis not in y_summed and axis not in y_shared]
    x, y = bl.permute_dims(x, (*x_shared, *x_left, *x_summed)), bl.permute_dims(y, (*y_shared, *y_left, *y_summed))
    count = len(x_summed)
    shared, rows, columns = x.shape[:len(x_shared)], x.shape[len(x_shared):x.ndim - count], y.shape[len(y_shared):y.ndim - count]
    inner, smaller = math.prod(x.shape[x.ndim - count:]), min(math.prod(rows), math.prod(columns))
    if dtype.kind != "b" and (inner == 1 or 0 < inner <= SMALL and smaller <= SMALL):
        return _written_out(x, y, shared, rows, columns)
    if smaller == 1 and inner >= LONG and dtype in ("float32", "float64") and not max(x, y, key=lambda z: z.size)._is_evaluated:
        return _summed(x, y, shared, rows, columns)
    x = bl.reshape(x, (*shared, math.prod(rows), inner))
    y = bl.reshape(y, (*shared, math.prod(columns), inner))
    return bl.reshape(bl.matmul(x, bl.matrix_transpose(y)), (*shared, *rows, *columns))


def _written_out(x, y, shared, rows, columns):
    """Products of views, added."""
    summed = x.shape[len(shared) + len(rows):]
    x_shape, y_shape = (*shared, *rows, *[1] * len(columns)), (*shared, *[1] * len(rows), *columns)
    places = itertools.product(*map(range, summed))
    return functools.reduce(bl.add, (bl.reshape(x[(..., *i)], x_shape) * bl.reshape(y[(..., *i)], y_shape) for i in places))


def _summed(x, y, shared, rows, columns):
    """A reduction, which computes the matrix where it reads it; a library call would have it stored."""
    summed = x.shape[len(shared) + len(rows):]
    x = bl.reshape(x, (*shared, *rows, *[1] * len(columns), *summed))
    y = bl.reshape(y, (*shared, *[1] * len(rows), *columns, *summed))
    return bl.sum(x * y, axis=tuple(range(-len(summed), 0)), dtype=x.dtype)
