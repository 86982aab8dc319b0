"""Training steps of two small models: equal to eager's, and their times beside eager's and Inductor's.

    python tests/doors/torch/training.py [--steps 50]

Each backend has a process of its own, with Inductor's caches off and broadloom's disk cache empty. `own` is the backend's part
of the first step: what its compilers take for the graphs that AOT autograd gives them, forward and backward.
"""

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from unittest import mock

import torch
from models import MODELS
from torch._dynamo.utils import compilation_time_metrics

BACKENDS = ("eager", "inductor", "broadloom")


class Stopwatch:
    """Seconds spent in some functions, each counted once where one calls another."""

    def __init__(self):
        self.seconds, self.depth = 0.0, 0

    def around(self, function):
        def timed(*args, **kwargs):
            start, self.depth = time.perf_counter(), self.depth + 1
            try:
                return function(*args, **kwargs)
            finally:
                self.depth -= 1
                self.seconds += 0 if self.depth else time.perf_counter() - start
        return timed


def own_part(backend, stopwatch):
    """Has the stopwatch run while broadloom compiles: the graphs, and its kernels when they are called first."""
    stack = contextlib.ExitStack()
    if backend == "broadloom":
        import broadloom.torch
        from broadloom.torch.kernel import Kernel
        stack.enter_context(mock.patch.object(broadloom.torch, "_compiled", stopwatch.around(broadloom.torch._compiled)))
        stack.enter_context(mock.patch.object(Kernel, "__call__", stopwatch.around(Kernel.__call__)))
    return stack


def function_of(model, backend):
    if backend == "eager":
        return model
    if backend == "broadloom":
        from broadloom.torch import backend
    return torch.compile(model, backend=backend)


def measured(backend, model_name, steps):
    """Seconds of the first step, of the backend in it, and of a later one; losses and gradients of all, as numbers."""
    torch._inductor.config.force_disable_caches = True
    model, batch = MODELS[model_name]()
    optimizer, function, losses = torch.optim.SGD(model.parameters(), lr=0.05), function_of(model, backend), []

    def step():
        optimizer.zero_grad()
        start = time.perf_counter()
        loss = function(*batch)
        loss.backward()
        taken = time.perf_counter() - start
        optimizer.step()
        losses.append(loss.item())
        return taken

    stopwatch = Stopwatch()
    with own_part(backend, stopwatch):
        first = step()
    own = sum(compilation_time_metrics.get("compile_fx_inner", ())) or stopwatch.seconds  # the former is Inductor's
    taken = [step() for _ in range(steps)]
    parameters = [parameter.tolist() for parameter in model.parameters()]
    return {"first": first, "own": own, "steady": statistics.median(taken), "losses": losses, "parameters": parameters}


def in_a_process(backend, model, steps):
    with tempfile.TemporaryDirectory() as empty:
        environment = os.environ | {"BROADLOOM_CACHE_DIR": empty}
        command = [sys.executable, __file__, "--run", backend, model, "--steps", str(steps)]
        return json.loads(subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE).stdout)


def check(result, eager):
    """Raises where losses or parameters differ from eager's by more than PyTorch's tolerances."""
    torch.testing.assert_close(torch.tensor(result["losses"]), torch.tensor(eager["losses"]))
    for ours, theirs in zip(result["parameters"], eager["parameters"]):
        torch.testing.assert_close(torch.tensor(ours), torch.tensor(theirs))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--run", nargs=2, metavar=("BACKEND", "MODEL"), help="one of them, as JSON")
    args = parser.parse_args()
    if args.run:
        return print(json.dumps(measured(*args.run, args.steps)))
    print(f"{'':18}{'first, s':>10}{'own, s':>10}{'steady, ms':>12}")
    for model in MODELS:
        results = {backend: in_a_process(backend, model, args.steps) for backend in BACKENDS}
        for backend, result in results.items():
            print(f"{model:8}{backend:10}{result['first']:10.2f}{result['own']:10.3f}{1000 * result['steady']:12.2f}")
            check(result, results["eager"])
        print(f"{model}: Inductor's own part takes {results['inductor']['own'] / results['broadloom']['own']:.0f} times ours")


if __name__ == "__main__":
    main()
