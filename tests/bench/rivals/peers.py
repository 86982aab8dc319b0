"""Each library that is compared, behind one interface. A peer lives in a process of its own (worker.py), so what it
imports, its threads, its caches and its faults are its own."""
from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version as version_of
from types import SimpleNamespace
from typing import Any

import numpy as np

Layouts = tuple  # of the results: a pair (shape, dtype) for each, as NumPy gives them


class Peer:
    """A library. Constructing one imports it."""
    name: str
    reason = ""  # why prepare() gave nothing, for the report

    def version(self) -> str:
        return version_of(self.name)

    def prepare(self, workload, inputs: tuple, layouts: Layouts) -> Callable[[], tuple] | None:
        """A function that does all of the work: it returns when the results are computed. Inputs are brought into the
        library's own form here, where nobody looks at the clock. Nothing where it cannot do the work: see `reason`."""
        raise NotImplementedError

    def to_numpy(self, results: tuple) -> tuple:
        return tuple(np.asarray(result) for result in results)

    def release(self):
        """Gives back what was kept for speed, so that the next workload finds a process as good as new."""


class Numpy(Peer):
    name = "numpy"

    def prepare(self, workload, inputs, layouts):
        return lambda: workload.results(np, inputs)


class Broadloom(Peer):
    name = "broadloom"

    def __init__(self):
        import broadloom
        self.bl = broadloom
        broadloom.set_num_threads(2)
        broadloom.set_broadcast_warnings("ignore")  # results that are much larger than the inputs are what is asked for

    def version(self):
        return self.bl.__version__

    def function(self, workload) -> Callable:
        def run(*arrays):
            results = workload.results(self.bl, arrays)
            self.bl.eval(*results)
            return results
        return run

    def prepare(self, workload, inputs, layouts):
        arrays = tuple(self.bl.asarray(x) for x in inputs)
        function = self.function(workload)
        return lambda: function(*arrays)

    def release(self):
        self.bl.cache_clear()


class BroadloomJit(Broadloom):
    """As the peers that compile functions are used: the formula is traced once."""
    name = "broadloom.jit"

    def function(self, workload):
        return self.bl.jit(lambda *arrays: workload.results(self.bl, arrays))


class Numexpr(Peer):
    name = "numexpr"

    def __init__(self):
        import numexpr
        from rivals import numexpr_formulas, numexpr_reductions  # which fill FORMULAS
        from rivals.numexpr_language import FORMULAS, Evaluate
        numexpr.set_num_threads(2)
        self.formulas, self.evaluate = FORMULAS, Evaluate

    def prepare(self, workload, inputs, layouts):
        formula = self.formulas.get(workload.formula)
        if formula is None:
            self.reason = "its language has no such operation"
            return None
        evaluate = self.evaluate(inputs)

        def run():
            evaluate.start()
            made = formula(evaluate, *inputs)
            return made if isinstance(made, tuple) else (made,)
        return run


class Numba(Peer):
    """Explicit loops. They write to the same arrays each time, as a user's would."""
    name = "numba"

    def __init__(self):
        import numba
        from rivals.numba_loops import LOOPS
        numba.set_num_threads(2)
        self.loops = LOOPS

    def prepare(self, workload, inputs, layouts):
        loop = self.loops[workload.formula]
        out = tuple(np.empty(shape, dtype) for shape, dtype in layouts)

        def run():
            loop(*out, *inputs)
            return out
        return run


class Jax(Peer):
    name = "jax"

    def __init__(self):
        import jax
        jax.config.update("jax_enable_x64", True)
        self.jax = jax

    def prepare(self, workload, inputs, layouts):
        arrays = tuple(self.jax.numpy.asarray(x) for x in inputs)
        compiled = self.jax.jit(lambda *arrays: workload.results(self.jax.numpy, arrays))
        return lambda: self.jax.block_until_ready(compiled(*arrays))

    def release(self):
        self.jax.clear_caches()


class Torch(Peer):
    name = "torch"

    def __init__(self):
        import array_api_compat.torch as names
        import torch
        torch.set_num_threads(2)
        torch.set_grad_enabled(False)
        # The namespace's own take() knows indices of one dimension only.
        self.names = SimpleNamespace(**vars(names) | {"take": lambda x, i, axis: x[i]})
        self.torch = torch

    def version(self):
        return version_of("torch")

    def function(self, workload) -> Callable:
        return lambda *arrays: workload.results(self.names, arrays)

    def prepare(self, workload, inputs, layouts):
        arrays = tuple(self.torch.from_numpy(x) for x in inputs)
        function = self.function(workload)
        return lambda: function(*arrays)


class TorchCompile(Torch):
    name = "torch.compile"

    def function(self, workload):
        return self.torch.compile(super().function(workload))

    def release(self):
        """Or a second size of a formula would be compiled for any size, and a ninth not at all."""
        self.torch._dynamo.reset()


class MlxNames:
    """mlx.core with the array API's names where its own differ."""

    def __init__(self, core):
        self.core = core

    def __getattr__(self, name: str) -> Any:
        return getattr(self.core, name)

    def cumulative_sum(self, x, axis):
        return self.core.cumsum(x, axis=axis)

    def ascontiguousarray(self, x):
        return self.core.contiguous(x)


class Mlx(Peer):
    name = "mlx"

    def __init__(self):
        import mlx.core
        self.core = mlx.core
        self.core.set_default_device(self.core.cpu)  # the only one that has float64

    def prepare(self, workload, inputs, layouts):
        arrays = tuple(self.core.array(x, dtype=self.dtype_of(x)) for x in inputs)
        names = MlxNames(self.core)
        compiled = self.core.compile(lambda *arrays: workload.results(names, arrays))

        def run():
            results = compiled(*arrays)
            self.core.eval(results)
            return results
        return run

    def dtype_of(self, x: np.ndarray):
        """It would make float32 of float64 if it were not told."""
        return self.core.bool_ if x.dtype == bool else getattr(self.core, x.dtype.name)

    def to_numpy(self, results):
        """Indices are its own uint32, NumPy's are int64."""
        arrays = super().to_numpy(results)
        return tuple(x.astype(np.int64) if x.dtype == np.uint32 else x for x in arrays)

    def release(self):
        self.core.clear_cache()


class DrJit(Peer):
    name = "drjit"

    def __init__(self):
        import drjit
        from rivals import drjit_formulas
        drjit.set_thread_count(2)
        self.dr, self.formulas = drjit, drjit_formulas
        self.layouts = ()

    def prepare(self, workload, inputs, layouts):
        formula = self.formulas.formula_of(workload)
        if formula is None:
            self.reason = self.formulas.why_not(workload)
            return None
        self.layouts = layouts
        arrays = tuple(self.formulas.flat(x) for x in inputs)
        self.dr.eval(arrays)

        def run():
            results = formula(*arrays)
            self.dr.eval(results)
            self.dr.sync_thread()
            return results
        return run

    def to_numpy(self, results):
        return tuple(result.numpy().reshape(shape) for result, (shape, _) in zip(results, self.layouts))

    def release(self):
        self.dr.flush_malloc_cache()


PEERS = {peer.name: peer for peer in (Broadloom, BroadloomJit, Numpy, Numexpr, Numba, Jax, Torch, TorchCompile, Mlx, DrJit)}
