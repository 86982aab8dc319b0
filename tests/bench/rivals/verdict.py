"""Whether a rival's results are NumPy's, where rounding may differ: XLA contracts multiplications and additions, and
sums are added up in any order."""
from __future__ import annotations

from collections.abc import Callable

import numpy as np
from workloads.judge import TOLERANCE, disagreement

SLACK = 10  # times the judge's tolerance

# Indices are judged by what they pick, as several may be the least: formula -> what is picked, of inputs and indices.
PICKED: dict[str, Callable] = {
    "argmin of rows": lambda x, i: np.take_along_axis(x, i[:, None], 1)[:, 0],
    "nearest point": lambda x, y, z, u, v, w, i: (u[i] - x) ** 2 + (v[i] - y) ** 2 + (w[i] - z) ** 2,
    "nearest row": lambda a, b, i: ((a - b[i]) ** 2).sum(axis=1)}

# The share of results that has to agree, where steps make rounding grow: the others are at the set's edge.
SHARES = {"mandelbrot": 0.99}
SHARE_OF_INTEGERS = 0.999  # that have to be the same; the others may be one apart, being rounded from floats


def judge(workload, inputs: tuple, results: tuple, expected: tuple) -> tuple[str, str]:
    """What is wrong, and what is to be said of what is not: either may be empty."""
    if not (fault := disagreement(results, expected)):
        return "", ""
    if [(x.shape, x.dtype) for x in results] != [(x.shape, x.dtype) for x in expected]:
        return fault, ""
    if workload.formula in PICKED:
        picked = PICKED[workload.formula]
        if any(((i < 0) | (i > wanted.max())).any() for i, wanted in zip(results, expected)):
            return fault, ""
        results = tuple(picked(*inputs, i) for i in results)
        expected = tuple(picked(*inputs, i) for i in expected)
        if not disagreement(results, expected):
            return "", "other indices of equal values"
    if all(agrees(x, wanted, SHARES.get(workload.formula, 1)) for x, wanted in zip(results, expected)):
        return "", f"rounds differently: {fault}"
    return fault, ""


def agrees(result: np.ndarray, wanted: np.ndarray, share: float) -> bool:
    if wanted.dtype.kind != "f":
        apart = np.abs(result.astype(np.int64) - wanted)
        return apart.max() <= 1 and np.mean(apart == 0) >= SHARE_OF_INTEGERS
    limit = SLACK * TOLERANCE[wanted.dtype.name] * np.abs(wanted).max()
    return np.mean(np.abs(result - wanted) <= limit) >= share
