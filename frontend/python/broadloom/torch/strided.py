"""`as_strided`: tensors seen by the places of their memory; and tensors of zeros and of elements that may be any."""

import broadloom as bl

from .layout import are_fixed, has_fixed_place, in_memory, memory_order, out_of_memory, put_at, reach, taken_at
from .lowering import aten, cast, lowers, result_dtype, value_of
from .views import full, is_given, is_lent


def view_of(node, sizes, strides, offset):
    """Sizes, strides and first element of a view of what the node reads, counted from that one's own first element."""
    own = value_of(node.args[0]).storage_offset()
    return sizes, strides, 0 if offset is None else offset - own


def is_beyond(x, sizes, strides, first):
    """Whether such a view shows more of memory than the elements of x."""
    return 0 not in sizes and not 0 <= first <= first + reach(sizes, strides) < x.numel()


def hides_memory(node, sizes, strides, offset):
    """Why the view cannot be made from the elements of what the node reads, or None."""
    x = value_of(node.args[0])
    if not has_fixed_place(x) or not are_fixed(*map(value_of, (*sizes, *strides)), *({offset} - {None})):
        return "sizes that vary"
    if memory_order(x) is None or is_beyond(x, *view_of(node, sizes, strides, offset)):
        return "a view of memory that is not its operand's"
    return None


def hides_view(node):
    return None if is_lent(node) else hides_memory(node, *node.args[1:3], storage_offset(node, 3))


def hides_place(node):
    """Where an argument begins in its memory may be another place in each call."""
    if is_given(node.args[0]):
        return "places in the memory of an argument"
    return hides_memory(node, *node.args[2:4], storage_offset(node, 4))


def storage_offset(node, i):
    return node.args[i] if len(node.args) > i else node.kwargs.get("storage_offset")


@lowers(aten.as_strided.default, unless=hides_view)
def as_strided(node, x, sizes, strides, storage_offset=None):
    return taken_at(in_memory(x, value_of(node.args[0])), *view_of(node, sizes, strides, storage_offset))


@lowers(aten.as_strided_scatter.default, unless=hides_place)
def as_strided_scatter(node, x, source, sizes, strides, storage_offset=None):
    tensor = value_of(node.args[0])
    view = view_of(node, sizes, strides, storage_offset)
    return out_of_memory(put_at(in_memory(x, tensor), *view, cast(source, result_dtype(node))), tensor)


@lowers(aten.empty.memory_format, aten.empty_strided.default, aten.empty_permuted.default, aten._efficientzerotensor.default)
def empty(node, sizes, *_, **__):
    return full(node, sizes, 0)
