"""How a tensor's elements lie in memory: results that lie as PyTorch's would, and what `as_strided` shows of memory."""

import math

import numpy
import torch

import broadloom as bl

from .lowering import sizes_now


def memory_order(tensor):
    """The dimensions of a tensor from the longest step to the shortest; None where elements do not lie one after another."""
    in_order = tuple(range(tensor.ndim))
    extents, strides = sizes_now(tensor.shape), sizes_now(tensor.stride())
    if None in extents + strides or 0 in extents:
        return in_order
    order = sorted(in_order, key=lambda d: (-strides[d], extents[d] == 1, d))
    step = 1
    for d in reversed(order):
        if extents[d] != 1 and strides[d] != step:
            return None
        step *= extents[d]
    longer = [d for d in order if extents[d] != 1]
    return in_order if longer == sorted(longer) else tuple(order)


def are_fixed(*numbers):
    """Whether all are numbers that stay what they are from call to call."""
    return all(isinstance(n, int) for n in numbers)


def has_fixed_place(tensor):
    return are_fixed(*tensor.shape, *tensor.stride(), tensor.storage_offset())


def inverse(order):
    return [order.index(d) for d in range(len(order))]


class Permuted:
    """Elements one after another, the dimensions `order` from the outermost in memory to the innermost."""

    def __init__(self, order):
        self.order = order

    def stored(self, x):
        return bl.copy(bl.permute_dims(x, self.order), order="C")

    def shown(self, graph, result):
        """The node of a result that was stored so, as the tensor that it is."""
        return graph.call_method("permute", (result, inverse(self.order)))


class Strided:
    """Elements with gaps between them or before the first, where memory is 0."""

    def __init__(self, sizes, strides, first):
        self.view = sizes, strides, first

    def stored(self, x):
        sizes, strides, first = self.view
        memory = bl.zeros((first + reach(sizes, strides) + 1,), dtype=x.dtype)
        return bl.copy(put_at(memory, *self.view, x))

    def shown(self, graph, result):
        return graph.call_function(torch.as_strided, (result, *self.view))


def layout_of(tensor):
    """How a result is stored, None where that is in the order of its dimensions."""
    order = memory_order(tensor)
    if has_fixed_place(tensor) and 0 not in tensor.shape and (order is None or tensor.storage_offset() != 0):
        return Strided(tuple(tensor.shape), tensor.stride(), tensor.storage_offset())
    return None if order == tuple(range(len(order))) else Permuted(order)


def reach(sizes, strides):
    """How far beyond the first element the last one lies."""
    return sum((size - 1) * stride for size, stride in zip(sizes, strides))


def in_memory(x, tensor):
    """The elements of an array in the order in which those of that tensor, which has no gaps, lie in memory."""
    return bl.reshape(bl.permute_dims(x, memory_order(tensor)), (-1,))


def out_of_memory(memory, tensor):
    """What `in_memory` made of an array, as that again."""
    order = memory_order(tensor)
    return bl.permute_dims(bl.reshape(memory, [tensor.shape[d] for d in order]), inverse(order))


def is_dense(sizes, strides):
    """Whether these strides are of elements one after another, in the order of the dimensions."""
    steps = [math.prod(sizes[d + 1:]) for d in range(len(sizes))]
    return all(size == 1 or stride == step for size, stride, step in zip(sizes, strides, steps))


def taken_at(memory, sizes, strides, first):
    """What a view with these strides, from the element `first` on, shows of elements one after another."""
    if is_dense(sizes, strides):
        return bl.reshape(memory[first:first + math.prod(sizes)], sizes)
    grid = bl.ix_(*(bl.arange(size) * stride for size, stride in zip(sizes, strides)))
    return bl.take(memory, sum(grid, first))


def put_at(memory, sizes, strides, first, x):
    """Memory that such a view was written to: the elements of x, of these sizes, come to where it shows them."""
    if math.prod(sizes) == 0:
        return memory
    origin = numpy.full(memory.size, -1)  # which element of x comes to each place
    view = numpy.lib.stride_tricks.as_strided(origin[first:], sizes, [stride * origin.itemsize for stride in strides])
    view[...] = numpy.arange(view.size).reshape(sizes)
    origin = bl.asarray(origin)
    return bl.where(origin < 0, memory, bl.take(bl.reshape(x, (-1,)), origin))
