"""torch.compile(f, backend="broadloom"): PyTorch's graphs, forward and backward, computed by broadloom's fused kernels.

>>> step = torch.compile(f, backend="broadloom", options={"report": True})
>>> broadloom.torch.last_report()        # what ran where, and why

Tensors go in and out without a copy. What broadloom lacks stays with PyTorch, operation by operation.
"""

import logging
import sys
import warnings

from torch._dynamo.backends.common import aot_autograd
from functorch.compile import min_cut_rematerialization_partition

import broadloom as bl

from . import indexing, pointwise, products, reductions, scatter, special, strided, views  # noqa: F401: they fill the table
from .assemble import Assembly
from .decompositions import decompositions
from .report import Graph, Report
from .threads import share_threads

__all__ = ["backend", "last_report", "Graph", "Report"]

# PyTorch says nothing of large results and empty means; the functions that it makes of graphs are "<eval_with_key>.0" and so on.
for _category in (bl.BroadcastWarning, RuntimeWarning):
    warnings.filterwarnings("ignore", category=_category, module="<eval_with_key>")

share_threads()

_log = logging.getLogger(__name__)
_last_report = Report()


def last_report():
    """What the last call of the backend did; its backward graph is added when it is compiled."""
    return _last_report


def backend(module, example_inputs, *, options=None):
    """The function that computes what an FX graph module does.

    options: {"report": True} prints what ran where to stderr, {"report": function} calls function(graph) for every `Graph`.
    """
    global _last_report
    unknown = set(options or {}) - {"report"}
    if unknown:
        raise ValueError(f"backend broadloom: the only option is 'report', not {', '.join(map(repr, sorted(unknown)))}")
    tell = (options or {}).get("report")
    if tell not in (None, True, False) and not callable(tell):
        raise TypeError(f"backend broadloom: the option report is a bool or a function, not {tell!r}")
    _last_report = report = Report()

    def compiler(name):
        return lambda module, inputs: _compiled(module, name, report, tell)

    compile_ = aot_autograd(fw_compiler=compiler("forward"), bw_compiler=compiler("backward"),
                            inference_compiler=compiler("inference"), decompositions=decompositions(),
                            partition_fn=min_cut_rematerialization_partition)
    return compile_(module, example_inputs)


def _compiled(module, name, report, tell):
    assembly = Assembly(module)
    function, graph = assembly.function(), assembly.summary(name)
    report.graphs.append(graph)
    _log.info("%s", graph)
    if tell is True:
        print(graph, file=sys.stderr)
    elif tell:
        tell(graph)

    def run(inputs):
        return function(inputs)
    run._boxed_call = True
    return run
