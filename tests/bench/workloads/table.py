"""The workloads that broadloom, hand-written loops and other libraries are timed on: what each computes, on what, and what
no loop can do without."""
from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

WORKLOADS: dict[str, "Workload"] = {}


@dataclass(frozen=True)
class Workload:
    """One formula at one size. C++ finds its own and the hand-written loop by `formula`, and tells shapes and dtypes from the
    inputs."""
    name: str  # "softmax 10000 x 1000 f64"
    formula: str  # "softmax"
    group: str  # the class it stands for
    make: Callable[[np.random.Generator], tuple]  # the inputs
    compute: Callable  # compute(xp, *inputs): an array or several, in NumPy's, broadloom's or another array API namespace
    operations: dict[str, float]  # in all: "add f32" stands for additions, multiplications, comparisons and selects
    passes: tuple[int, ...] = field(default=())  # inputs that have to be read a second time, as they exceed the caches

    def inputs(self) -> tuple:
        return self.make(np.random.default_rng(12345))

    def results(self, xp: Any, inputs: tuple) -> tuple:
        made = self.compute(xp, *inputs)
        return made if isinstance(made, tuple) else (made,)


def short(dtype) -> str:
    return {"float32": "f32", "float64": "f64", "uint8": "u8", "int16": "i16"}[np.dtype(dtype).name]


def workload(group: str, make: Callable, cases: list, operations: Callable, passes: tuple[int, ...] = ()):
    """Registers a formula for each case (dtype, *extents). `make(rng, dtype, *extents)` gives the inputs,
    `operations(*extents)` how often each kind of operation is needed: {"add": n, "exp": m}."""
    def register(compute: Callable) -> Callable:
        formula = compute.__name__.replace("_", " ")
        for dtype, *extents in cases:
            name = f"{formula} {' x '.join(map(str, extents))} {short(dtype)}"
            counted = {f"{kind} {short(dtype)}" if " " not in kind else kind: count
                       for kind, count in operations(*extents).items()}
            WORKLOADS[name] = Workload(name, formula, group, lambda rng, d=dtype, e=tuple(extents): make(rng, d, *e),
                                       compute, counted, passes)
        return compute
    return register


def uniform(rng: np.random.Generator, dtype, *shape: int, low: float = 0, high: float = 1) -> np.ndarray:
    """Numbers in [low, high), made in float32, which is enough to differ and twice as fast."""
    values = rng.random(shape, dtype=np.float32)
    values *= high - low
    values += low
    return values.astype(dtype, copy=False)


def some(count: int, low: float = 0, high: float = 1) -> Callable:
    """Inputs: `count` arrays of the case's shape."""
    return lambda rng, dtype, *shape: tuple(uniform(rng, dtype, *shape, low=low, high=high) for _ in range(count))


def each(**operations: float) -> Callable:
    """So many operations for each element of the case's shape."""
    return lambda *extents: {kind: count * math.prod(extents) for kind, count in operations.items()}


def contiguous(xp: Any, x: Any) -> Any:
    """In C order."""
    if hasattr(xp, "ascontiguousarray"):
        return xp.ascontiguousarray(x)
    return x.contiguous() if hasattr(x, "contiguous") else x
