"""A part of a graph as one function of tensors: traced once for each kind of operands, then computed by broadloom's kernels."""

import numpy
import torch
from torch.fx.node import map_arg

import broadloom as bl

from .layout import layout_of
from .lowering import FAULTS, LOWERINGS, POINTWISE
from .views import SIZES

_from_dlpack = torch._C._from_dlpack  # torch.from_dlpack asks for the device first, which takes longer than all the rest
_errors = bl._core.error_state
_IGNORED = (0, 0, 0, 0, None)  # errstate(all="ignore"), which costs more to enter: PyTorch never warns of what it divides by


def tensor_in(tensor):
    """The tensor's memory as a NumPy array."""
    return tensor.numpy(force=True)


def number_in(number):
    """A number that may be another one in each call, and compile nothing then."""
    return bl.asarray(number)


def is_data(node, part):
    """Whether a number is only computed with: no size, axis or place depends on it."""
    return all(user.target in POINTWISE or (user.target in SIZES and is_data(user, part)) for user in node.users if user in part)


def converter_of(node, part):
    value = node.meta.get("val")
    if value is None or isinstance(value, torch.Tensor):
        return tensor_in
    return number_in if is_data(node, part) else int if isinstance(value, torch.SymInt) else lambda number: number


class Kernel:
    """Computes `outputs` of the nodes from operands in the order of `inputs`; tensors, without a copy, and numbers.

    Results are PyTorch's in dtype and shape, and lie in memory as `layouts` says, in the order of their dimensions where that
    is None.
    """

    def __init__(self, nodes, inputs, outputs, traced=True):
        self.__name__ = "broadloom_kernel"
        self.nodes, self.inputs, self.outputs = nodes, inputs, outputs
        self.layouts = [layout_of(node.meta["val"]) for node in outputs]
        part = set(nodes)
        self._converters = [converter_of(node, part) for node in inputs]
        self._compute = bl.jit(self._trace) if traced else self._at_once

    def _trace(self, *operands):
        return self._lowered(operands)

    def _at_once(self, *operands):
        return self._lowered(bl.asarray(operand) if isinstance(operand, numpy.ndarray) else operand for operand in operands)

    def _lowered(self, operands):
        values, faults = dict(zip(self.inputs, operands)), []
        for node in self.nodes:
            args, kwargs = map_arg((node.args, node.kwargs), values.__getitem__)
            values[node] = LOWERINGS[node.target](node, *args, **kwargs)
            faults.append(FAULTS[node.target](node, *args, **kwargs) if node.target in FAULTS else None)
        results = (stored(values[node], layout) for node, layout in zip(self.outputs, self.layouts))
        return (*results, *(fault for fault in faults if fault is not None))

    def __call__(self, *operands):
        arrays = [convert(operand) for convert, operand in zip(self._converters, operands)]
        token = _errors.set(_IGNORED)
        try:
            results = self._compute(*arrays)
        finally:
            _errors.reset(token)
        count = len(self.outputs)
        if any(results[count:]):
            raise RuntimeError("ZeroDivisionError")  # PyTorch's words
        return [_from_dlpack(result.__dlpack__()) for result in results[:count]]


def stored(value, layout):
    """A result as it lies in memory: never an argument, and one of its own."""
    return bl.copy(value, order="C") if layout is None else layout.stored(value)
