"""A graph cut into parts that broadloom computes and operations that stay with PyTorch.

Every value has a level: inputs -1, what broadloom computes an even number, what PyTorch computes an odd one, each the smallest
that its operands allow. So all that broadloom computes at one level is one part, whose operands are there before it starts,
and there are no more parts than the longest chain of changes from one side to the other needs. What broadloom computes at once
stands among PyTorch's operations, as a part of its own. Views and sizes belong to either side: each makes them for itself from
what they are views of.

    x -> exp -> sort -> mul        level 0: {exp}   1: sort   2: {mul, view}
                  `---> view -^
"""

import operator

import torch

from .layout import has_fixed_place, memory_order
from .lowering import AT_ONCE, DTYPES, LOWERINGS, OBSTACLES, value_of
from .views import FREE, is_lent

INPUT_LEVEL = -1


def tensors_of(node):
    """The tensors that a node takes and gives, as PyTorch describes them."""
    values = [value_of(argument) for argument in node.all_input_nodes] + [node.meta.get("val")]
    return [tensor for value in values for tensor in (value if isinstance(value, (tuple, list)) else (value,))
            if isinstance(tensor, torch.Tensor)]


def obstacle(node):
    """Why broadloom cannot compute a node, or None."""
    if node.op != "call_function" or node.target not in LOWERINGS:
        return "no such operation"
    for tensor in tensors_of(node):
        if tensor.dtype not in DTYPES:
            return f"dtype {tensor.dtype}"
        if tensor.device.type != "cpu" or tensor.layout is not torch.strided or tensor.is_quantized:
            return f"a {tensor.layout} tensor on {tensor.device.type}"
    outputs = node.meta.get("val")
    for tensor in outputs if isinstance(outputs, (tuple, list)) else (outputs,):
        if node.target in FREE or not isinstance(tensor, torch.Tensor) or has_fixed_place(tensor):
            continue
        if memory_order(tensor) is None:
            return "a result with gaps in its memory, of sizes that vary"
    return OBSTACLES[node.target](node) if node.target in OBSTACLES else None


def is_ordered(node):
    """Whether what it does depends on what was called before: random numbers, writes, messages."""
    tags = getattr(node.target, "tags", ())
    return torch.Tag.nondeterministic_seeded in tags or node.is_impure()


def is_functional(graph):
    """Whether no operation writes to its operands."""
    return not any(isinstance(node.target, torch._ops.OpOverload) and node.target._schema.is_mutable for node in graph.nodes)


class Levels:
    """Where each node of a graph runs: its `level`, whether it is `free` to run on either side, why it stays with PyTorch.

    `parts` has the part of each node that broadloom computes: its level, or where it runs at once the node itself.
    """

    def __init__(self, graph):
        self.level, self.parts, self.free, self.reasons = {}, {}, set(), {}
        self._functional, self._last_ordered = is_functional(graph), INPUT_LEVEL
        for node in graph.nodes:
            self.level[node] = self._level_of(node)

    def reads_through(self, node):
        """Whether a kernel makes a view for itself, from what it is a view of."""
        return node in self.free and not is_lent(node)

    def _level_of(self, node):
        level = max((self.level[operand] for operand in node.all_input_nodes), default=INPUT_LEVEL)
        if node.op in ("placeholder", "get_attr", "output"):
            return level
        if node.target is operator.getitem:  # one of several results belongs to what made them
            self._join(node, node.args[0])
            return level
        reason = obstacle(node) if self._functional else "the graph writes to its operands"
        if reason is not None:
            self.reasons[node] = reason
            return self._pytorchs(node, level)
        if node.target in FREE:
            self.free.add(node)
            return level
        at_once = node.target in AT_ONCE and AT_ONCE[node.target](node)
        level += (level + at_once) % 2
        self.parts[node] = node if at_once else level
        return level

    def _join(self, node, results):
        if results in self.free:
            self.free.add(node)
        elif results in self.parts:
            self.parts[node] = self.parts[results]

    def _pytorchs(self, node, level):
        if not is_ordered(node):
            return level + (level + 1) % 2
        level = max(level, self._last_ordered)
        self._last_ordered = level + (level + 1) % 2
        return self._last_ordered
