"""Picking elements by indices, and storing to places given by them."""

import torch

import broadloom as bl

from .lowering import aten, axis_of, cast, lowers, result_dtype, value_of
from .views import FREE, along


def masked(node):
    """How many elements a mask picks is known only when it is looked at."""
    indices = [value_of(index) for index in node.args[1] if index is not None]
    return "indexed by a mask" if any(index.dtype in (torch.bool, torch.uint8) for index in indices) else None


def key_of(indices):
    return tuple(slice(None) if index is None else index for index in indices)


@lowers(aten.index.Tensor, aten._unsafe_index.Tensor, unless=masked)
def index(node, x, indices):
    return x[key_of(indices)]


@lowers(aten.index_select.default)
def index_select(node, x, dim, index):
    if x.ndim == 0:
        return x
    return bl.take(x, bl.reshape(index, (-1,)), axis=axis_of(dim, x.ndim))


@lowers(aten.embedding.default)
def embedding(node, weight, indices, *_):
    return bl.take(weight, indices, axis=0)


def within(x, axis, index):
    """The part of x that an index as large in every other axis picks from."""
    return x[tuple(slice(None) if i == axis else slice(0, extent) for i, extent in enumerate(index.shape))]


@lowers(aten.gather.default)
def gather(node, x, dim, index, *, sparse_grad=False):
    if x.ndim == 0 or index.ndim == 0:
        return bl.reshape(bl.take(bl.reshape(x, (-1,)), bl.reshape(index, (-1,))), index.shape)
    axis = axis_of(dim, x.ndim)
    return bl.take_along_axis(within(x, axis, index), index, axis=axis)


def adds_or_masks(node):
    accumulate = node.args[3] if len(node.args) > 3 else node.kwargs.get("accumulate", False)
    if accumulate:
        return "sums of what meets in one place"
    if is_one_value(node.args[2]) and len(node.args[1]) == 1 and masked(node):
        return None
    given = all(is_given(index) for index in node.args[1] if index is not None)
    return masked(node) or (None if given else "stored by indices that are computed")


def is_one_value(argument):
    return value_of(argument).ndim == 0


@lowers(aten.index_put.default, aten._unsafe_index_put.default, unless=adds_or_masks)
def index_put(node, x, indices, values, accumulate=False):
    values = cast(values, result_dtype(node))
    if indices[0] is not None and indices[0].dtype == "bool":
        mask = bl.reshape(indices[0], tuple(indices[0].shape) + (1,) * (x.ndim - indices[0].ndim))
        return bl.where(mask, values, x)
    result = bl.copy(x)
    result[key_of(indices)] = values
    return result


def is_given(argument):
    """Whether it is an operand of the graph, or a view of one: broadloom looks at indices before it stores by them."""
    while argument.target in FREE:
        argument = argument.args[0]
    return argument.op in ("placeholder", "get_attr")


def has_one_place(x, dim, index):
    """Whether each line along a dimension is stored to in one place."""
    axis = axis_of(dim, x.ndim)
    return x.ndim > 0 and all(extent == (1 if i == axis else full) for i, (extent, full) in enumerate(zip(index.shape, x.shape)))


def stores_by_computed(node):
    x, dim, index, *_ = node.args
    if has_one_place(value_of(x), dim, value_of(index)) or is_given(index):
        return None
    return "stored by indices that are computed"


@lowers(aten.scatter.src, aten.scatter.value, unless=stores_by_computed)
def scatter(node, x, dim, index, source):
    dtype, axis = result_dtype(node), axis_of(dim, x.ndim)
    if x.ndim == 0:
        return bl.broadcast_to(cast(source, dtype), ())
    if isinstance(source, bl.Array):
        source = source[tuple(slice(0, extent) for extent in index.shape)]
    source = cast(source, dtype)
    if has_one_place(x, dim, index):
        places = bl.reshape(bl.arange(x.shape[axis]), (-1,) + (1,) * (x.ndim - axis - 1))
        return bl.where(places == index, source, x)
    result, grid = bl.copy(x), bl.ix_(*(bl.arange(extent) for extent in index.shape))
    result[grid[:axis] + (index,) + grid[axis + 1:]] = source
    return result
