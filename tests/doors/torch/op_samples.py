"""PyTorch's own samples of its operations (OpInfo), and what became of each in broadloom's backend."""

import collections
import dataclasses
import math
import time
import warnings
from unittest import mock

import torch
from functorch.compile import aot_function, min_cut_rematerialization_partition, nop
from torch.testing._internal.common_device_type import toleranceOverride
from torch.testing._internal.common_methods_invocations import op_db
from torch.testing._internal.opinfo.core import BinaryUfuncInfo, DecorateInfo, ReductionOpInfo, UnaryUfuncInfo
from torch.utils._pytree import tree_flatten, tree_leaves, tree_unflatten

from broadloom.torch.assemble import Assembly
from broadloom.torch.decompositions import decompositions
from broadloom.torch.kernel import Kernel

DTYPES = (torch.float32, torch.float64, torch.int64, torch.bool)
RANDOM = {"nn.functional.rrelu", "bernoulli", "normal"}
OF_OTHER_DTYPES = {"bfloat16", "cdouble", "cfloat", "chalf", "complex", "polar"}
MATMUL = set("matmul mm bmm mv dot inner vdot addmm addmv baddbmm addbmm addr outer ger __rmatmul__ linalg.multi_dot "
             "linalg.vecdot einsum tensordot kron nn.functional.linear nn.functional.bilinear".split())
INDEXING = set("__getitem__ index_select index_put index_fill index_copy index_add index_reduce gather scatter "
               "scatter_add scatter_reduce take take_along_dim put masked_fill masked_scatter masked_select "
               "select_scatter slice_scatter diagonal_scatter as_strided_scatter where tril triu _unsafe_masked_index "
               "nn.functional.embedding".split())
VIEW = set("view view_as view_copy reshape reshape_as permute permute_copy transpose transpose_copy t t_copy T H mT "
           "mH swapaxes squeeze squeeze_copy unsqueeze unsqueeze_copy expand expand_as expand_copy broadcast_to "
           "broadcast_tensors slice select narrow narrow_copy split split_with_sizes split_list_args tensor_split "
           "hsplit vsplit dsplit chunk unsafe_chunk unsafe_split unbind unbind_copy unfold unfold_copy flatten ravel "
           "unflatten diagonal diagonal_copy diag diag_embed diagflat movedim moveaxis flip fliplr flipud rot90 roll "
           "repeat tile cat concat stack hstack vstack dstack column_stack block_diag constant_pad_nd clone "
           "contiguous as_strided as_strided_copy atleast_1d atleast_2d atleast_3d resolve_conj resolve_neg positive "
           "alias_copy real meshgrid nn.functional.pad".split())
MORE_POINTWISE = set("clamp lerp addcmul addcdiv where sigmoid softmax log_softmax nn.functional.relu nn.functional.gelu "
                     "nn.functional.silu nn.functional.leaky_relu nn.functional.elu nn.functional.hardtanh nn.functional.mish "
                     "nn.functional.softplus nn.functional.hardswish nn.functional.hardsigmoid nn.functional.logsigmoid "
                     "nn.functional.tanhshrink nn.functional.threshold nn.functional.softsign nn.functional.relu6 "
                     "nn.functional.celu nn.functional.selu".split())
MORE_REDUCTIONS = set("cumsum cumprod logsumexp logcumsumexp max_reduction_no_dim max_reduction_with_dim min_reduction_no_dim "
                      "min_reduction_with_dim aminmax trace norm linalg.vector_norm var_mean std_mean nn.functional.layer_norm "
                      "nn.functional.mse_loss".split())
TURNS = 4  # of which the fastest counts
UNSPECIFIED = {"empty", "empty_like", "new_empty", "empty_strided", "new_empty_strided", "empty_permuted"}  # elements may be any


def kind_of(op):
    """Which of the listed kinds an operation belongs to, or None."""
    if op.name.startswith(("_refs", "signal", "sparse")) or op.name in RANDOM | OF_OTHER_DTYPES:
        return None
    for kind, names in (("matmul", MATMUL), ("indexing", INDEXING), ("view", VIEW)):
        if op.name in names:
            return kind
    if isinstance(op, ReductionOpInfo) or op.name in MORE_REDUCTIONS:
        return "reduction"
    if op.name in MORE_POINTWISE or (isinstance(op, (UnaryUfuncInfo, BinaryUfuncInfo)) and not op.name.startswith("special.")):
        return "pointwise"
    return None


def listed():
    """(kind, operation) of all that are of a kind."""
    return [(kind_of(op), op) for op in op_db if kind_of(op) is not None]


@dataclasses.dataclass
class Outcome:
    """Of one sample. `what`: ours, partly, pytorch, untraceable (also without us), skipped or wrong."""

    what: str
    message: str = ""
    nodes: int = 0
    our_nodes: int = 0
    seconds: float = 0.0  # that eager kernels take
    our_seconds: float = 0.0  # of those that broadloom computes in their place
    retraced: bool = False  # a second call with the same tensors traced again
    reasons: collections.Counter = dataclasses.field(default_factory=collections.Counter)


class Timed(torch.fx.Interpreter):
    """Runs a graph node by node; `taken` has the shortest time of each."""

    def __init__(self, module):
        super().__init__(module)
        self.taken = {}

    def run_node(self, node):
        start = time.perf_counter()
        result = super().run_node(node)
        if node.op == "call_function":
            self.taken[node] = min(time.perf_counter() - start, self.taken.get(node, math.inf))
        return result


def traces_in(call):
    """How often a kernel is traced meanwhile."""
    with mock.patch.object(Kernel, "_trace", autospec=True, side_effect=Kernel._trace) as trace:
        call()
    return trace.call_count


class Watching:
    """A compiler for AOT autograd that tells what broadloom computes of the graphs it is given."""

    def __init__(self, outcome, timed):
        self.outcome, self.timed = outcome, timed

    def __call__(self, module, inputs):
        assembly = Assembly(module)
        ours = {node for kernel in assembly.kernels for node in kernel.nodes} | assembly.levels.free
        nodes = [node for node in module.graph.nodes if node.op == "call_function"]
        self.outcome.nodes += len(nodes)
        self.outcome.our_nodes += sum(node in ours for node in nodes)
        self.outcome.reasons.update(f"{node.target}: {reason}" for node, reason in assembly.levels.reasons.items())
        function = assembly.function()

        def run(inputs):
            if not assembly.levels.reasons:
                function(list(inputs))
                self.outcome.retraced |= traces_in(lambda: function(list(inputs))) > 0
            if self.timed:
                eager = Timed(module)
                for _ in range(TURNS):
                    eager.run(*inputs)
                self.outcome.seconds += sum(eager.taken.values())
                self.outcome.our_seconds += sum(taken for node, taken in eager.taken.items() if node in ours)
            return function(inputs)
        run._boxed_call = True
        return run


def function_of(op, sample):
    """The operation of the sample's tensors alone, and these."""
    flat, spec = tree_flatten((sample.input, sample.args, sample.kwargs))
    places = [i for i, leaf in enumerate(flat) if isinstance(leaf, torch.Tensor)]

    def function(*tensors):
        leaves = list(flat)
        for place, tensor in zip(places, tensors):
            leaves[place] = tensor
        first, args, kwargs = tree_unflatten(leaves, spec)
        return sample.output_process_fn_grad(op.op(first, *args, **kwargs))
    return function, [flat[place] for place in places]


def copies(tensors):
    return [tensor.detach().clone().requires_grad_(tensor.requires_grad) for tensor in tensors]


def results_of(function, tensors):
    """What it returns, and the gradients of all of it where the tensors ask for those."""
    torch.manual_seed(0)
    tensors = copies(tensors)
    results = function(*tensors)
    leaves = [leaf for leaf in tree_leaves(results) if isinstance(leaf, torch.Tensor)]
    differentiable = [leaf for leaf in leaves if leaf.requires_grad]
    asking = [tensor for tensor in tensors if tensor.requires_grad]
    gradients = []
    if differentiable and asking:
        ones = [torch.linspace(0.5, 1.5, leaf.numel(), dtype=leaf.dtype).reshape(leaf.shape) for leaf in differentiable]
        gradients = torch.autograd.grad(differentiable, asking, ones, allow_unused=True)
    return [leaf.detach() for leaf in leaves], [gradient for gradient in gradients if gradient is not None]


def compiled(function, compiler):
    return aot_function(function, fw_compiler=compiler, bw_compiler=compiler, decompositions=decompositions(),
                        partition_fn=min_cut_rematerialization_partition)


def tolerances_of(op, dtype):
    """PyTorch's own for the operation: the widest of those that its tests name for the CPU, or what assert_close has."""
    infos = [info for info in op.decorators if isinstance(info, DecorateInfo) and info.device_type in (None, "cpu")]
    overrides = [decorator.d[dtype] for info in infos for decorator in info.decorators
                 if isinstance(decorator, toleranceOverride) and dtype in decorator.d]
    if not overrides:
        return {}
    return {"atol": max(override.atol for override in overrides), "rtol": max(override.rtol for override in overrides)}


def compare(op, function, tensors, ours, expected):
    """Raises where ours differ from eager mode's by more than tolerances allow, and by twice as much as those from float64's."""
    for i, (x, y) in enumerate(zip(ours, expected, strict=True)):
        try:
            torch.testing.assert_close(x, y, equal_nan=True, **tolerances_of(op, y.dtype))
        except AssertionError:
            if x.dtype != torch.float32 or x.shape != y.shape:
                raise
            wide = [tensor.detach().double().requires_grad_(tensor.requires_grad) if tensor.dtype == torch.float32 else tensor
                    for tensor in tensors]
            exact = sum(results_of(function, wide), [])[i]
            if not (x - exact).abs().max() <= 2 * (y - exact).abs().max():
                raise


def outcome_of(op, sample, timed=False):
    """Runs a sample eagerly and compiled, and compares values, dtypes and shapes within PyTorch's tolerances."""
    function, tensors = function_of(op, sample)
    if not tensors or any(tensor.layout is not torch.strided for tensor in tensors):
        return Outcome("skipped", "no dense tensor")
    try:
        expected, expected_gradients = results_of(function, tensors)
    except Exception as error:  # noqa: BLE001: a sample that eager mode cannot run says nothing
        return Outcome("skipped", repr(error))
    outcome = Outcome("ours")
    try:
        ours, gradients = results_of(compiled(function, Watching(outcome, timed)), tensors)
    except Exception as error:  # noqa: BLE001: whatever it is, it is counted
        try:
            results_of(compiled(function, nop), tensors)
        except Exception:  # noqa: BLE001
            return Outcome("untraceable", repr(error))
        return dataclasses.replace(outcome, what="wrong", message=repr(error))
    try:
        if op.name in UNSPECIFIED:
            expected, ours = [x.shape for x in expected], [x.shape for x in ours]
            assert expected == ours
        else:
            compare(op, function, tensors, ours + gradients, expected + expected_gradients)
    except (AssertionError, ValueError) as error:
        return dataclasses.replace(outcome, what="wrong", message=str(error))
    if outcome.retraced:
        outcome.message = "traced again in every call"
    if outcome.reasons:
        outcome.what = "partly" if outcome.our_nodes else "pytorch"
    return outcome


def samples_of(op, dtype, most=None):
    """The operation's samples of a dtype, with gradients where it has them; few where `most` says so."""
    if dtype not in op.supported_dtypes("cpu"):
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        differentiable = op.supports_autograd and dtype in op.supported_backward_dtypes("cpu")
        for i, sample in enumerate(op.sample_inputs("cpu", dtype, requires_grad=differentiable)):
            if i == most:
                return
            yield sample
