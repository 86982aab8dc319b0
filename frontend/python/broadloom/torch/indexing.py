"""Picking elements by indices and masks."""

import torch

import broadloom as bl

from .lowering import always, aten, axis_of, lowers, result_dtype, value_of


def has_mask(node):
    """How many elements a mask picks is known only when it is looked at."""
    return any(value_of(index).dtype in (torch.bool, torch.uint8) for index in node.args[1] if index is not None)


def key_of(indices):
    """broadloom's key for PyTorch's list of indices, of which None is a whole dimension."""
    masks = [bl.astype(index, "bool") if index is not None and index.dtype == "uint8" else index for index in indices]
    return tuple(slice(None) if index is None else index for index in masks)


@lowers(aten.index.Tensor, aten._unsafe_index.Tensor, at_once=has_mask)
def index(node, x, indices):
    return x[key_of(indices)]


@lowers(aten.masked_select.default, at_once=always)
def masked_select(node, x, mask):
    x, mask = bl.broadcast_arrays(x, mask)
    return bl.reshape(x, (-1,))[bl.reshape(mask, (-1,))]


@lowers(aten.nonzero.default, at_once=always)
def nonzero(node, x):
    return bl.stack(bl.nonzero(x), axis=1) if x.ndim else bl.zeros((int(bool(x)), 0), dtype="int64")


def from_front(index, extent):
    """Indices that count from the front alone: negative ones are out of bounds, too."""
    return bl.where(index < 0, extent, index)


@lowers(aten.index_select.default)
def index_select(node, x, dim, index):
    if x.ndim == 0:
        return x
    axis = axis_of(dim, x.ndim)
    return bl.take(x, from_front(bl.reshape(index, (-1,)), x.shape[axis]), axis=axis)


@lowers(aten.embedding.default)
def embedding(node, weight, indices, *_):
    return bl.take(weight, from_front(indices, weight.shape[0]), axis=0)


def within(x, axis, index):
    """The part of x that an index as large in every other axis picks from."""
    return x[tuple(slice(None) if i == axis else slice(0, extent) for i, extent in enumerate(index.shape))]


@lowers(aten.gather.default)
def gather(node, x, dim, index, *, sparse_grad=False):
    if index.size == 0:  # of any shape
        return bl.zeros(index.shape, dtype=result_dtype(node))
    if x.ndim == 0 or index.ndim == 0:
        return bl.reshape(bl.take(bl.reshape(x, (-1,)), from_front(bl.reshape(index, (-1,)), x.size)), index.shape)
    axis = axis_of(dim, x.ndim)
    return bl.take_along_axis(within(x, axis, index), from_front(index, x.shape[axis]), axis=axis)
