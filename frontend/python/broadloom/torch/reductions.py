"""Sums, extrema and other reductions, and cumulative ones."""

import broadloom as bl

from .lowering import aten, axis_of, cast, first_value, lowers, name_of, result_dtype


def axes_of(x, dim):
    """broadloom's axes of PyTorch's `dim`: none, and no dimension given, are all."""
    if dim is None or (isinstance(dim, (tuple, list)) and len(dim) == 0):
        return None
    dims = dim if isinstance(dim, (tuple, list)) else (dim,)
    return tuple(axis_of(d, x.ndim) for d in dims) if x.ndim else None


@lowers(aten.sum.default, aten.sum.dim_IntList)
def total(node, x, dim=None, keepdim=False, *, dtype=None):
    dtype = result_dtype(node)
    return bl.sum(cast(x, dtype), axis=axes_of(x, dim), keepdims=keepdim, dtype=dtype)


@lowers(aten.prod.default, aten.prod.dim_int)
def product(node, x, dim=None, keepdim=False, *, dtype=None):
    dtype = result_dtype(node)
    return bl.prod(cast(x, dtype), axis=axes_of(x, dim), keepdims=keepdim, dtype=dtype)


@lowers(aten.mean.default, aten.mean.dim)
def mean(node, x, dim=None, keepdim=False, *, dtype=None):
    return bl.mean(cast(x, result_dtype(node)), axis=axes_of(x, dim), keepdims=keepdim)


def extremum(function):
    def lowering(node, x, dim=None, keepdim=False):
        return function(x, axis=axes_of(x, dim), keepdims=keepdim)
    return lowering


lowers(aten.amax.default, aten.max.default)(extremum(bl.max))
lowers(aten.amin.default, aten.min.default)(extremum(bl.min))


def position(function):
    """The first one, counted over all elements where no dimension is given."""
    def lowering(node, x, dim=None, keepdim=False):
        axes = axes_of(x, dim)
        if axes is not None:
            return function(x, axis=axes[0], keepdims=keepdim)
        return bl.reshape(function(bl.reshape(x, (-1,))), (1,) * (x.ndim if keepdim else 0))
    return lowering


first_largest, first_smallest = position(bl.argmax), position(bl.argmin)
lowers(aten.argmax.default)(first_largest)
lowers(aten.argmin.default)(first_smallest)
_largest, _smallest = extremum(bl.max), extremum(bl.min)


@lowers(aten.max.dim)
def largest_with_position(node, x, dim, keepdim=False):
    return _largest(node, x, dim, keepdim), first_largest(node, x, dim, keepdim)


@lowers(aten.min.dim)
def smallest_with_position(node, x, dim, keepdim=False):
    return _smallest(node, x, dim, keepdim), first_smallest(node, x, dim, keepdim)


@lowers(aten.any.default, aten.any.dim, aten.any.dims)
def any_of(node, x, dim=None, keepdim=False):
    return cast(bl.any(x, axis=axes_of(x, dim), keepdims=keepdim), result_dtype(node))


@lowers(aten.all.default, aten.all.dim, aten.all.dims)
def all_of(node, x, dim=None, keepdim=False):
    return cast(bl.all(x, axis=axes_of(x, dim), keepdims=keepdim), result_dtype(node))


@lowers(aten.var.correction)
def variance(node, x, dim=None, *, correction=None, keepdim=False):
    return bl.var(x, axis=axes_of(x, dim), correction=1 if correction is None else correction, keepdims=keepdim)


@lowers(aten.var_mean.correction)
def variance_and_mean(node, x, dim=None, *, correction=None, keepdim=False):
    return (variance(node, x, dim, correction=correction, keepdim=keepdim),
            bl.mean(x, axis=axes_of(x, dim), keepdims=keepdim))


def cumulative(function):
    def lowering(node, x, dim, *, dtype=None):
        dtype = name_of(first_value(node).dtype)
        if x.ndim == 0:
            return cast(x, dtype)
        return function(cast(x, dtype), axis=axis_of(dim, x.ndim), dtype=dtype)
    return lowering


lowers(aten.cumsum.default)(cumulative(bl.cumulative_sum))
lowers(aten.cumprod.default)(cumulative(bl.cumulative_prod))
lowers(aten.logcumsumexp.default)(cumulative(bl.logcumsumexp))
