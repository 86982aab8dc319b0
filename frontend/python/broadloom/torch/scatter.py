"""Storing to places that indices give, and sums and the like of what meets in one place."""

import math

import broadloom as bl

from .indexing import from_front, has_mask, key_of
from .lowering import always, aten, axis_of, cast, is_integer, lowers, number, result_dtype, sizes_now, value_of
from .views import along, is_given

FUNCTIONS = {"add": bl.add, "sum": bl.add, "mean": bl.add, "multiply": bl.multiply, "prod": bl.multiply, "amax": bl.maximum,
             "amin": bl.minimum}


def has_one_place(shape, dim, index_shape):
    """Whether each line along a dimension is stored to in one place."""
    one = [1 if i == axis_of(dim, len(shape)) else extent for i, extent in enumerate(shape)]
    return len(shape) > 0 and list(index_shape) == one


def has_some_places(node):
    x, dim, index, *_ = node.args
    return not has_one_place(sizes_now(value_of(x).shape), dim, sizes_now(value_of(index).shape))


def puts_at_once(node):
    """Indices that a kernel computes must be there before it stores by them."""
    if accumulates(node):
        return True
    if has_mask(node):
        return not is_choice(node)
    return not all(is_given(index) for index in node.args[1] if index is not None)


def accumulates(node):
    return node.args[3] if len(node.args) > 3 else node.kwargs.get("accumulate", False)


def is_choice(node):
    """x[mask] = number."""
    return len(node.args[1]) == 1 and value_of(node.args[2]).ndim == 0


def lines(*arrays):
    """Arrays without dimensions as arrays of one element."""
    return [bl.reshape(x, (1,)) if isinstance(x, bl.Array) and x.ndim == 0 else x for x in arrays]


def as_large(source, index):
    """The part of the source that an index speaks of; numbers are for all of it."""
    return source[tuple(slice(0, extent) for extent in index.shape)] if isinstance(source, bl.Array) else source


def places(x, index, axis):
    """The key of element (i, j, ...) of the index: itself along that axis of x, i, j, ... along the others."""
    grid = bl.ix_(*(bl.arange(extent) for extent in index.shape))
    return grid[:axis] + (from_front(index, x.shape[axis]),) + grid[axis + 1:]


def met(node, x, key, source, how, include_self=True):
    """x with the source's elements added (multiplied, ...) to it at these places; `include_self`: also to what was there."""
    dtype, function, result = result_dtype(node), FUNCTIONS[how], bl.copy(x)
    if not include_self:
        result[key] = nothing(how, dtype)
    function.at(result, key, source if isinstance(source, bl.Array) else number(source, dtype))
    if how != "mean":
        return result
    counts = bl.full(x.shape, int(include_self), "int64")
    bl.add.at(counts, key, 1)
    if not include_self:
        bl.maximum(counts, 1, out=counts)
    return result // cast(counts, dtype) if is_integer(dtype) else result / cast(counts, dtype)


def nothing(how, dtype):
    """What changes nothing when it meets a number."""
    if how in ("prod", "multiply"):
        return number(1, dtype)
    if how not in ("amax", "amin"):
        return number(0, dtype)
    if dtype == "bool":
        return how == "amin"
    limits = bl.iinfo(dtype) if is_integer(dtype) else None
    lowest, largest = (int(limits.min), int(limits.max)) if limits else (-bl.inf, bl.inf)
    return lowest if how == "amax" else largest


@lowers(aten.scatter.src, aten.scatter.value, at_once=has_some_places)
def scatter(node, x, dim, index, source):
    """The last one for a place stays."""
    if index.size == 0:  # of any shape
        return x
    shape, axis = x.shape, axis_of(dim, x.ndim)
    x, index, source = lines(x, index, source)
    source = cast(as_large(source, index), result_dtype(node))
    if has_one_place(x.shape, axis, index.shape):
        numbers = bl.arange(x.shape[axis])
        place = bl.take(numbers, from_front(index, x.shape[axis]))  # the index, which must be one
        return bl.reshape(bl.where(bl.reshape(numbers, (-1,) + (1,) * (x.ndim - axis - 1)) == place, source, x), shape)
    result = bl.copy(x)
    result[places(x, index, axis)] = source
    return bl.reshape(result, shape)


@lowers(aten.scatter_add.default, aten.scatter.reduce, aten.scatter.value_reduce, aten.scatter_reduce.two, at_once=always)
def scatter_reduce(node, x, dim, index, source, reduce="sum", include_self=True):
    if index.size == 0:
        return x
    shape, axis = x.shape, axis_of(dim, x.ndim)
    x, index, source = lines(x, index, source)
    return bl.reshape(met(node, x, places(x, index, axis), as_large(source, index), reduce, include_self), shape)


@lowers(aten.index_add.default, at_once=always)
def index_add(node, x, dim, index, source, *, alpha=1):
    source = cast(source, result_dtype(node))
    return index_reduce(node, x, dim, index, source if alpha == 1 else source * number(alpha, result_dtype(node)), "sum")


@lowers(aten.index_reduce.default, at_once=always)
def index_reduce(node, x, dim, index, source, reduce, *, include_self=True):
    shape, axis = x.shape, axis_of(dim, x.ndim)
    x, index, source = lines(x, index, source)
    return bl.reshape(met(node, x, along(axis, from_front(index, x.shape[axis])), source, reduce, include_self), shape)


@lowers(aten.index_put.default, aten._unsafe_index_put.default, at_once=puts_at_once)
def index_put(node, x, indices, values, accumulate=False):
    key, values = key_of(indices), cast(values, result_dtype(node))
    if accumulate:
        return met(node, x, key, values, "sum")
    if has_mask(node) and is_choice(node):
        return bl.where(bl.reshape(key[0], tuple(key[0].shape) + (1,) * (x.ndim - key[0].ndim)), values, x)
    result = bl.copy(x)
    result[key] = values
    return result


@lowers(aten.put.default, at_once=always)
def put(node, x, index, source, accumulate=False):
    flat, key, source = bl.reshape(x, (-1,)), (bl.reshape(index, (-1,)),), bl.reshape(source, (-1,))
    if accumulate:
        return bl.reshape(met(node, flat, key, source, "sum"), x.shape)
    result = bl.copy(flat)
    result[key] = source
    return bl.reshape(result, x.shape)


@lowers(aten.masked_scatter.default, at_once=always)
def masked_scatter(node, x, mask, source):
    """The source's first elements, in order, to where the mask is true."""
    x, mask = bl.broadcast_arrays(x, mask)
    result = bl.copy(x)
    result[mask] = bl.reshape(source, (-1,))[:int(bl.sum(mask))]
    return result


@lowers(aten.masked_scatter_backward.default, at_once=always)
def masked_scatter_backward(node, gradient, mask, shape):
    """What went to where the mask is true, and 0 for elements that went nowhere."""
    used = gradient[bl.broadcast_to(mask, gradient.shape)]
    result = bl.zeros(math.prod(shape), dtype=result_dtype(node))
    result[:used.size] = used
    return bl.reshape(result, tuple(shape))


def scales(node):
    return "scaled by how often an index occurs" if node.args[4] else None


@lowers(aten.embedding_dense_backward.default, unless=scales, at_once=always)
def embedding_dense_backward(node, gradient, indices, count, padding, scaled):
    """The gradients of all that an index stands for, but for the padding's."""
    result = bl.zeros((count, gradient.shape[-1]), dtype=result_dtype(node))
    bl.add.at(result, (bl.reshape(indices, (-1,)),), bl.reshape(gradient, (-1, gradient.shape[-1])))
    if padding >= 0:
        result[padding] = 0
    return result
