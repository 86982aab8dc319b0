"""Shapes: what shows the elements of a tensor otherwise, puts tensors together, or makes them."""

import math
import operator

import torch

import broadloom as bl

from .lowering import array, aten, axis_of, cast, first_value, is_integer, lowers, number, result_dtype

# Operations that compute nothing, so each side does them for itself: PyTorch to hand out a view, a kernel to read through one.
# First those on tensors, then on sizes.
FREE = {aten.view.default, aten._unsafe_view.default, aten.reshape.default, aten.permute.default, aten.transpose.int,
        aten.t.default, aten.expand.default, aten.unsqueeze.default, aten.squeeze.default, aten.squeeze.dim, aten.squeeze.dims,
        aten.slice.Tensor, aten.select.int, aten.alias.default, aten.detach.default, aten.diagonal.default, aten.split.Tensor,
        aten.split_with_sizes.default, aten.unbind.int, aten.unfold.default, aten.as_strided.default}
SIZES = {aten.sym_size.int: lambda x, dim: x.shape[dim], aten.sym_numel.default: lambda x: x.size, math.ceil: math.ceil,
         math.floor: math.floor, math.trunc: math.trunc, torch.sym_min: min, torch.sym_max: max, torch.sym_float: torch.sym_float,
         torch.sym_int: torch.sym_int, torch.sym_not: torch.sym_not, torch.sym_ite: torch.sym_ite}
SIZES |= {function: function for function in (operator.add, operator.sub, operator.mul, operator.floordiv, operator.truediv,
                                              operator.mod, operator.neg, operator.pow, operator.eq, operator.ne, operator.lt,
                                              operator.le, operator.gt, operator.ge, operator.and_, operator.or_)}
for _function, _of_sizes in SIZES.items():
    lowers(_function)(lambda node, *args, _of_sizes=_of_sizes: _of_sizes(*args))
FREE |= set(SIZES)


def base_of(node):
    """What a view is a view of in the end, or the node itself."""
    while node.target in FREE or node.target is operator.getitem:
        node = node.args[0]
    return node


def is_given(node):
    """Whether it is an operand of the graph, or a view of one."""
    return base_of(node).op in ("placeholder", "get_attr")


def is_lent(node):
    """Whether a kernel is given this view as it is: it shows memory of an argument, maybe beyond the argument's elements."""
    return node.target is aten.as_strided.default and is_given(node)


@lowers(operator.getitem)
def item(node, results, index):
    return results[index]


@lowers(aten.view.default, aten._unsafe_view.default, aten.reshape.default, aten.view_copy.default)
def reshape(node, x, shape):
    return bl.reshape(x, tuple(shape))


@lowers(aten.permute.default, aten.permute_copy.default)
def permute(node, x, dims):
    return bl.permute_dims(x, tuple(axis_of(d, x.ndim) for d in dims)) if x.ndim else x


@lowers(aten.transpose.int)
def transpose(node, x, first, second):
    return bl.swapaxes(x, first, second) if x.ndim else x


@lowers(aten.t.default)
def matrix_transpose(node, x):
    return x.T


@lowers(aten.expand.default)
def expand(node, x, shape, *, implicit=False):
    own = (1,) * (len(shape) - x.ndim) + tuple(x.shape)
    return bl.broadcast_to(x, tuple(extent if size == -1 else size for size, extent in zip(shape, own)))


@lowers(aten.unsqueeze.default)
def unsqueeze(node, x, dim):
    return bl.expand_dims(x, dim % (x.ndim + 1))


@lowers(aten.squeeze.default, aten.squeeze.dim, aten.squeeze.dims)
def squeeze(node, x, dims=None):
    dims = range(x.ndim) if dims is None else [dims] if isinstance(dims, int) else dims
    ones = tuple(axis for axis in {axis_of(d, x.ndim) for d in dims} if x.ndim and x.shape[axis] == 1)
    return bl.squeeze(x, axis=ones) if ones else x


def along(axis, key):
    """x[along(axis, key)] applies the key to that axis alone."""
    return (slice(None),) * axis + (key,)


@lowers(aten.slice.Tensor)
def cut(node, x, dim=0, start=None, end=None, step=1):
    return x[along(axis_of(dim, x.ndim), slice(start, end, step))]


@lowers(aten.select.int)
def select(node, x, dim, index):
    axis = axis_of(dim, x.ndim)
    index = index % x.shape[axis]
    return bl.squeeze(x[along(axis, slice(index, index + 1))], axis=axis)


@lowers(aten.alias.default, aten.detach.default)
def alias(node, x):
    return x


@lowers(aten.diagonal.default)
def diagonal(node, x, offset=0, dim1=0, dim2=1):
    return bl.diagonal(x, offset, axis_of(dim1, x.ndim), axis_of(dim2, x.ndim))


@lowers(aten.split_with_sizes.default)
def split_with_sizes(node, x, sizes, dim=0):
    axis, ends = axis_of(dim, x.ndim), [sum(sizes[:i + 1]) for i in range(len(sizes))]
    return [x[along(axis, slice(end - size, end))] for size, end in zip(sizes, ends)]


@lowers(aten.split.Tensor)
def split(node, x, size, dim=0):
    extent = x.shape[axis_of(dim, x.ndim)]
    starts = range(0, extent, size) if extent else [0]
    return [x[along(axis_of(dim, x.ndim), slice(start, start + size))] for start in starts]


@lowers(aten.unbind.int)
def unbind(node, x, dim=0):
    return [select(node, x, dim, index) for index in range(x.shape[axis_of(dim, x.ndim)])]


@lowers(aten.unfold.default)
def unfold(node, x, dim, size, step):
    if x.ndim == 0:
        return bl.reshape(x, (1,))[:size]
    axis = axis_of(dim, x.ndim)
    return bl.lib.stride_tricks.sliding_window_view(x, size, axis=axis)[along(axis, slice(None, None, step))]


@lowers(aten.flip.default)
def flip(node, x, dims):
    return bl.flip(x, axis=tuple(axis_of(d, x.ndim) for d in dims)) if x.ndim and dims else x


@lowers(aten.roll.default)
def roll(node, x, shifts, dims=()):
    if x.ndim == 0:
        return x
    return bl.roll(x, tuple(shifts), axis=tuple(axis_of(d, x.ndim) for d in dims)) if dims else bl.roll(x, shifts[0])


@lowers(aten.repeat.default)
def repeat(node, x, times):
    return bl.tile(x, tuple(times)) if times else x


@lowers(aten.cat.default)
def concatenate(node, tensors, dim=0):
    """A tensor of shape (0,) among others of more dimensions counts as none."""
    dtype, ndim = result_dtype(node), first_value(node).ndim
    parts = [cast(x, dtype) for x in tensors if x.ndim == ndim]
    return bl.concat(parts, axis=axis_of(dim, ndim))


@lowers(aten.stack.default)
def stack(node, tensors, dim=0):
    dtype = result_dtype(node)
    return bl.stack([cast(x, dtype) for x in tensors], axis=dim)


@lowers(aten.constant_pad_nd.default)
def pad(node, x, widths, value=0):
    """`widths` begins with the last dimension; negative ones cut off."""
    if x.ndim == 0:
        return x
    pairs = [(0, 0)] * (x.ndim - len(widths) // 2) + list(zip(widths[-2::-2], widths[::-2]))
    kept = [slice(max(-before, 0), extent - max(-after, 0)) for (before, after), extent in zip(pairs, x.shape)]
    added = [(max(before, 0), max(after, 0)) for before, after in pairs]
    return bl.pad(x[tuple(kept)], added, constant_values=number(value, result_dtype(node)))


def folded(x, axis, before, after):
    """What replication repeated at both ends of an axis, added up; what it cut off is 0."""
    zeros = [(0, 0)] * x.ndim
    zeros[axis] = (max(-before, 0), max(-after, 0))
    x, before, after = bl.pad(x, zeros), max(before, 0), max(after, 0)
    kept = x.shape[axis] - before - after
    if kept == 1:
        return bl.sum(x, axis=axis, keepdims=True, dtype=x.dtype)
    ends = slice(0, before + 1), slice(before + kept - 1, None)
    first, last = (bl.sum(x[along(axis, end)], axis=axis, keepdims=True, dtype=x.dtype) for end in ends)
    return bl.concat([first, x[along(axis, slice(before + 1, before + kept - 1))], last], axis=axis)


@lowers(aten.replication_pad1d_backward.default, aten.replication_pad2d_backward.default, aten.replication_pad3d_backward.default)
def replication_pad_backward(node, gradient, x, widths):
    for i in range(len(widths) // 2):
        gradient = folded(gradient, x.ndim - 1 - i, widths[2 * i], widths[2 * i + 1])
    return gradient


@lowers(aten.slice_scatter.default)
def slice_scatter(node, x, source, dim=0, start=None, end=None, step=1):
    result = bl.copy(x)
    result[along(axis_of(dim, x.ndim), slice(start, end, step))] = cast(source, result_dtype(node))
    return result


@lowers(aten.select_scatter.default)
def select_scatter(node, x, source, dim, index):
    axis = axis_of(dim, x.ndim)
    numbers = bl.reshape(bl.arange(x.shape[axis]), (-1,) + (1,) * (x.ndim - axis - 1))
    return bl.where(numbers == index % x.shape[axis], bl.expand_dims(cast(source, result_dtype(node)), axis), x)


@lowers(aten.diagonal_scatter.default)
def diagonal_scatter(node, x, source, offset=0, dim1=0, dim2=1):
    result = bl.copy(x)
    place = bl.diagonal(result, offset, axis_of(dim1, x.ndim), axis_of(dim2, x.ndim))
    place.flags.writeable = True
    place[...] = cast(source, result_dtype(node))
    return result


@lowers(aten.full.default)
def full(node, shape, value, **_):
    dtype = result_dtype(node)
    return bl.broadcast_to(array(value, dtype), tuple(shape))


@lowers(aten.full_like.default)
def full_like(node, x, value, **_):
    return full(node, x.shape, value)


@lowers(aten.scalar_tensor.default)
def scalar_tensor(node, value, **_):
    return full(node, (), value)


@lowers(aten.arange.start_step)
def arange(node, start, end, step=1, **_):
    dtype = result_dtype(node)
    steps = bl.arange(math.ceil((end - start) / step))
    return cast(cast(steps, "int64" if is_integer(dtype) else "float64") * step + start, dtype)


@lowers(torch.ops.prims.iota.default)
def iota(node, length, *, start, step, **_):
    return cast(bl.arange(length) * step + start, result_dtype(node))
