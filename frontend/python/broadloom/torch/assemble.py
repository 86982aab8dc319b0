"""The function that takes a graph's place: PyTorch's operations and broadloom's kernels, one after another."""

import collections
import operator

from torch.fx import Graph, GraphModule
from torch.fx.graph import _BoxedCodeGen

from .kernel import Kernel
from .partition import Levels
from .report import Graph as Summary
from .views import SIZES


class Assembly:
    """Rewrites a graph of operations as one of PyTorch's operations and calls of kernels."""

    def __init__(self, module):
        self.module, self.levels = module, Levels(module.graph)
        self.graph, self.kernels = Graph(), []
        self.made = {}  # node: what has its value in the new graph
        self.wanted = self._wanted_outside()
        self._make_inputs()
        for nodes in self._in_order():
            if nodes[0] in self.levels.parts:
                self._add_kernel(nodes)
            else:
                self._make(nodes[0])
        self._make(module.graph.output_node())

    def function(self):
        """Takes a list of the graph's inputs, which it empties, and returns its outputs."""
        self.graph.set_codegen(_BoxedCodeGen())
        return GraphModule(self.module, self.graph).forward

    def summary(self, name):
        """What is computed where, as a report's Graph."""
        ours = (node for kernel in self.kernels for node in kernel.nodes if node.target not in (*SIZES, operator.getitem))
        reasons = ((str(node.target), reason) for node, reason in self.levels.reasons.items())
        return Summary(name, len(self.kernels), collections.Counter(str(node.target) for node in ours),
                       collections.Counter(reasons))

    def _make_inputs(self):
        for node in self.module.graph.nodes:
            if node.op in ("placeholder", "get_attr"):
                self._make(node)

    def _in_order(self):
        """The nodes of one part after another, PyTorch's operations each for itself, by level."""
        steps = collections.defaultdict(list)
        for node in self.module.graph.nodes:
            if node.op == "call_function" and node not in self.levels.free:
                steps[self.levels.parts.get(node, node)].append(node)
        return sorted(steps.values(), key=lambda nodes: self.levels.level[nodes[0]])

    def _bases(self, node):
        """What a node reads, and what the views among it are views of."""
        bases, waiting = {}, list(node.all_input_nodes)
        while waiting:
            operand = waiting.pop()
            if operand not in bases:
                bases[operand] = None
                waiting += operand.all_input_nodes if self.levels.reads_through(operand) else ()
        return bases

    def _wanted_outside(self):
        """What kernels compute for others to read."""
        wanted = set()
        for node in self.module.graph.nodes:
            if node not in self.levels.free:
                parts = self.levels.parts
                wanted |= {base for base in self._bases(node) if base in parts and parts[base] != parts.get(node)}
        return wanted

    def _make(self, node):
        """The node in the new graph, after the views that it needs."""
        if node not in self.made:
            for operand in node.all_input_nodes:
                self._make(operand)
            self.made[node] = self.graph.node_copy(node, self.made.__getitem__)
        return self.made[node]

    def _add_kernel(self, nodes):
        inside, inputs = self._operands(nodes)
        outputs = [node for node in nodes if node in self.wanted]
        kernel = Kernel(inside, inputs, outputs, traced=isinstance(self.levels.parts[nodes[0]], int))
        self.kernels.append(kernel)
        called = self.graph.call_function(kernel, tuple(map(self._make, inputs)))
        for i, (node, layout) in enumerate(zip(outputs, kernel.layouts)):
            result = self.graph.call_function(operator.getitem, (called, i))
            self.made[node] = result if layout is None else layout.shown(self.graph, result)

    def _operands(self, nodes):
        """The nodes with the views between them, in order, and what is computed elsewhere."""
        own = set(nodes)
        read = {base for node in nodes for base in self._bases(node)} - own
        inside = own | set(filter(self.levels.reads_through, read))
        in_order = [node for node in self.module.graph.nodes if node in inside or node in read]
        return [node for node in in_order if node in inside], [node for node in in_order if node not in inside]
