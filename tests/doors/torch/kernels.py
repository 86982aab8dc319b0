"""Element-wise functions and normalisations, forward and with their gradients, beside Inductor: times of a call and their ratio.

    python tests/doors/torch/kernels.py [--rounds 9] [--only layer_norm] [--sizes 64x1024,4096x1024] [--alone]

Both are compiled by torch.compile for float32 tensors of that shape and take turns; results are compared with eager's. What is
above 1.1 is marked. With `--alone` only what the backends compile is timed, forward, on operands that are there: without Dynamo's
guards, autograd, and conversions of tensors.
"""

import argparse
import contextlib
import math
import statistics
import time

import torch
from torch.nn import functional as F

LIMIT = 1.1


def image(x):
    """Rows as pictures of 32 channels."""
    return x.reshape(x.shape[0], 32, -1)


FUNCTIONS = {
    "add_multiply": lambda x, y, w: 2 * x + 3 * y - x * y,
    "polynomial": lambda x, y, w: ((0.5 * x + 1) * x - 2) * x + 3,
    "relu_residual": lambda x, y, w: torch.relu(x + w) + y,
    "gelu": lambda x, y, w: F.gelu(x),
    "gelu_tanh": lambda x, y, w: F.gelu(x, approximate="tanh"),
    "swiglu": lambda x, y, w: F.silu(x) * y,
    "softplus": lambda x, y, w: F.softplus(x),
    "hardswish": lambda x, y, w: F.hardswish(x),
    "leaky_relu": lambda x, y, w: F.leaky_relu(x * w, 0.1),
    "tanh_gate": lambda x, y, w: torch.tanh(x) * torch.sigmoid(y),
    "where_clamp": lambda x, y, w: torch.where(x > y, x.clamp(-1, 1), y * w),
    "exp_log": lambda x, y, w: torch.log1p(torch.exp(-x.abs())),
    "rsqrt_pow": lambda x, y, w: torch.rsqrt(x * x + 1) * y.pow(3),
    "sin_cos": lambda x, y, w: torch.sin(x) * torch.cos(y),
    "layer_norm": lambda x, y, w: F.layer_norm(x, x.shape[1:], w, w),
    "residual_layer_norm": lambda x, y, w: F.layer_norm(x + y, x.shape[1:], w, w),
    "rms_norm": lambda x, y, w: F.rms_norm(x, x.shape[1:], w),
    "batch_norm": lambda x, y, w: F.batch_norm(x, None, None, w, w, training=True),
    "batch_norm_eval": lambda x, y, w: F.batch_norm(x, w.detach(), (w * w).detach() + 1, w, w),
    "group_norm": lambda x, y, w: F.group_norm(image(x), 8, w[:32], w[:32]),
    "instance_norm": lambda x, y, w: F.instance_norm(image(x)),
    "softmax": lambda x, y, w: torch.softmax(x, -1),
    "log_softmax": lambda x, y, w: torch.log_softmax(x, -1),
    "normalize": lambda x, y, w: F.normalize(x, dim=-1),
    "standardise": lambda x, y, w: (x - x.mean(0)) / (x.std(0) + 1e-5),
}


def compiled(function, backend):
    torch._dynamo.reset()
    return torch.compile(function, backend=backend, dynamic=False)


def forward(function, tensors):
    with torch.no_grad():
        return function(*tensors)


def with_gradients(function, tensors):
    result = function(*tensors)
    wanted = [tensor for tensor in tensors if tensor.requires_grad]
    return torch.autograd.grad(result, wanted, torch.ones_like(result), allow_unused=True, materialize_grads=True)


def seconds(functions, rounds):
    """Medians of calls that take turns, each the mean of as many as 20 ms hold."""
    times = [[] for _ in functions]
    for function in functions:
        function()
    start = time.perf_counter()
    functions[0]()
    calls = max(1, int(0.02 / (time.perf_counter() - start)))
    for _ in range(rounds):
        for function, taken in zip(functions, times):
            start = time.perf_counter()
            for _ in range(calls):
                function()
            taken.append((time.perf_counter() - start) / calls)
    return [statistics.median(taken) for taken in times]


def ratio_of(name, how, shape, rounds):
    import broadloom.torch

    generator = torch.Generator().manual_seed(0)
    tensors = [torch.randn(extents, generator=generator).requires_grad_(how is with_gradients) for extents in (shape, shape, shape[1:])]
    variants = [compiled(FUNCTIONS[name], backend) for backend in (broadloom.torch.backend, "inductor")]
    expected = how(FUNCTIONS[name], tensors)
    for variant in variants:
        torch.testing.assert_close(how(variant, tensors), expected, rtol=1e-4, atol=1e-4)
    ours, inductor = seconds([lambda variant=variant: how(variant, tensors) for variant in variants], rounds)
    ratio = ours / inductor
    print(f"{name:22}{how.__name__:16}{shape[0]:>6} x {shape[1]}{1e6 * ours:12,.0f} us{1e6 * inductor:12,.0f} us{ratio:9.2f}"
          f"{'  above' if ratio > LIMIT else ''}", flush=True)
    return ratio


@contextlib.contextmanager
def spied(owner, calls):
    """Each call of the class's instances is noted as (instance, arguments); Inductor empties the list that it is given."""
    call = owner.__call__

    def noted(self, *arguments):
        calls.append((self, [list(argument) if isinstance(argument, list) else argument for argument in arguments]))
        return call(self, *arguments)

    owner.__call__ = noted
    try:
        yield
    finally:
        owner.__call__ = call


def last_call(owner, function, tensors):
    calls = []
    function(*tensors)
    with spied(owner, calls):
        function(*tensors)
    (call,) = calls
    return call


@torch.no_grad()
def ratio_alone(name, shape, rounds):
    import broadloom as bl
    import broadloom.torch
    from broadloom.torch.kernel import Kernel
    from torch._inductor.output_code import CompiledFxGraph

    tensors = [torch.randn(extents) for extents in (shape, shape, shape[1:])]
    kernel, arguments = last_call(Kernel, compiled(FUNCTIONS[name], broadloom.torch.backend), tensors)
    arrays = [bl.asarray(convert(argument)) for convert, argument in zip(kernel._converters, arguments)]
    graph, (inputs,) = last_call(CompiledFxGraph, compiled(FUNCTIONS[name], "inductor"), tensors)
    with bl.errstate(all="ignore"):
        ours, inductor = seconds([lambda: kernel._compute(*arrays), lambda: graph.current_callable(list(inputs))], rounds)
    print(f"{name:22}{'alone':16}{shape[0]:>6} x {shape[1]}{1e6 * ours:12,.1f} us{1e6 * inductor:12,.1f} us{ours / inductor:9.2f}", flush=True)
    return ours / inductor


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--only", help="one function")
    parser.add_argument("--sizes", default="64x1024,4096x1024")
    parser.add_argument("--alone", action="store_true", help="what the backends compile, without what calls it")
    args = parser.parse_args()
    shapes = [tuple(map(int, size.split("x"))) for size in args.sizes.split(",")]
    print(f"{'function':22}{'':16}{'shape':>13}{'broadloom':>12}   {'inductor':>12}   {'ratio':>9}")
    for shape in shapes:
        names = [name for name in FUNCTIONS if args.only in (None, name)]
        if args.alone:
            ratios = [ratio_alone(name, shape, args.rounds) for name in names]
        else:
            ratios = [ratio_of(name, how, shape, args.rounds) for name in names for how in (forward, with_gradients)]
        mean = math.exp(statistics.fmean(map(math.log, ratios)))
        print(f"{'geometric mean':38}{shape[0]:>6} x {shape[1]}{'':30}{mean:9.2f}", flush=True)


if __name__ == "__main__":
    main()
