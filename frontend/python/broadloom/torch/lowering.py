"""How PyTorch's operations are written with broadloom: the table, and what all of its rows share.

A lowering is called while a kernel is traced, as lowering(node, *args, **kwargs), with the arguments of the FX node, arrays
in place of tensors, and returns an array (or a tuple of them). Which dtype the result has, and in which one is computed,
is PyTorch's own knowledge: node.meta["val"] and `elementwise_dtypes`.
"""

import torch
from torch._prims_common import ELEMENTWISE_TYPE_PROMOTION_KIND as KIND
from torch._prims_common import elementwise_dtypes

import broadloom as bl

aten = torch.ops.aten

LOWERINGS = {}   # operation: lowering
OBSTACLES = {}   # operation: what tells of a node why it cannot be lowered after all, or None
AT_ONCE = {}     # operation: what tells of a node whether it must be computed when it is written, and so cannot be traced
FAULTS = {}      # operation: what tells of a node and its operands whether any element makes it fail, as a bool array, or None
POINTWISE = set()  # operations that take numbers as data, never as sizes or axes

DTYPES = {torch.bool, torch.uint8, torch.int8, torch.int16, torch.int32, torch.int64, torch.float16, torch.float32, torch.float64}


def lowers(*operations, unless=None, at_once=None, fault=None):
    """Enters a function as the lowering of these operations.

    `unless(node)` returns a reason not to take a node, or None; `at_once(node)` whether it runs by itself, untraced;
    `fault(node, *args)` whether it divides by 0, an error of the call.
    """
    def enter(lowering):
        for operation in operations:
            LOWERINGS[operation] = lowering
            if unless is not None:
                OBSTACLES[operation] = unless
            if at_once is not None:
                AT_ONCE[operation] = at_once
            if fault is not None:
                FAULTS[operation] = fault
        return lowering
    return enter


def name_of(dtype):
    """broadloom's name of a torch.dtype."""
    return str(dtype).removeprefix("torch.")


def first_value(node):
    """What PyTorch knows of the (first) result."""
    value = node.meta["val"]
    return value[0] if isinstance(value, (tuple, list)) else value


def sizes_now(sizes):
    """Sizes of the call that is compiled for, None where nobody knows. Others may follow: only speed may depend on them."""
    return [size.node.hint if isinstance(size, torch.SymInt) else size for size in sizes]


def result_dtype(node):
    return name_of(first_value(node).dtype)


def value_of(argument):
    return argument.meta["val"] if isinstance(argument, torch.fx.Node) else argument


def computation_dtype(node, kind=KIND.DEFAULT):
    """The dtype in which PyTorch computes an elementwise operation of the node's tensors and numbers."""
    values = [value_of(argument) for argument in node.args]
    computed, _ = elementwise_dtypes(*(value for value in values if not isinstance(value, str)), type_promotion_kind=kind)
    return name_of(computed)


def is_integer(dtype):
    return dtype.startswith(("int", "uint"))


def number(value, dtype):
    """A Python number as one of that dtype; integers wrap around, as in C."""
    if dtype == "bool":
        return bool(value)
    if not is_integer(dtype):
        return float(value)
    limits = bl.iinfo(dtype)
    return (int(value) - int(limits.min)) % (int(limits.max) - int(limits.min) + 1) + int(limits.min)


def cast(value, dtype):
    """An array of that dtype, or the number as one."""
    if not isinstance(value, bl.Array):
        return number(value, dtype)
    return value if value.dtype == dtype else bl.astype(value, dtype)


def array(value, dtype):
    """As `cast`, but always an array."""
    return cast(value, dtype) if isinstance(value, bl.Array) else bl.full((), number(value, dtype), dtype)


def always(node):
    return True


def axis_of(dim, ndim):
    """A dimension counted from the front; a tensor without dimensions is taken for one with one."""
    return dim % max(ndim, 1)
