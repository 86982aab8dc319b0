"""Elementary functions stay within their bound; `make accuracy` measures more inputs."""

import ctypes
import os
import pathlib
import sys

import numpy as np
import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import measure  # noqa: E402
from hard import exact_value  # noqa: E402

CORNERS = [0.0, -0.0, 1.0, -1.0, 0.5, 2.0, np.inf, -np.inf, np.nan]


@pytest.fixture(scope="module")
def judge():
    return measure.load(os.environ["BROADLOOM_JUDGE"])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", measure.NAMES)
def test_within_one_ulp(judge, name, dtype):
    info = np.finfo(dtype)
    corners = np.array([*CORNERS, info.max, info.min, info.tiny, -info.tiny, info.smallest_subnormal, -info.smallest_subnormal], dtype)
    chunk = measure.CHUNK // 8
    inputs = list(measure.samples(name, dtype, 4 * chunk, chunk=chunk))
    inputs.append(tuple(map(np.ravel, np.meshgrid(corners, corners))) if name in measure.TWO else (corners,))
    _, ours, _ = measure.measure(judge, name, inputs, with_numpy=False)
    assert ours.error <= 1, f"{name}({ours.at!r}, {ours.at_second!r}): {ours.error} ULP"


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", ["erfinv", "digamma", "i0", "beta"])
def test_judge_agrees_with_mpmath(judge, name, dtype):
    """What we wrote ourselves for it: mpmath's value, rounded, errs by half a place at most, and its neighbour by a whole one more or less."""
    info, count = np.finfo(dtype), 0
    for operands in zip(*map(np.concatenate, zip(*measure.samples(name, dtype, 400, chunk=100)))):
        value = exact_value(name, operands)
        if value is None or not info.tiny < abs(value) < info.max:
            continue
        count += 1
        rounded = np.array([dtype(value)])
        worst = (measure.Worst * 2)(measure.Worst(-1), measure.Worst(-1))
        measure.check(judge, name, [np.array([x]) for x in operands], [rounded, np.nextafter(rounded, dtype(np.inf))], worst)
        assert worst[0].error <= 0.5001 and abs(worst[1].error - 1) <= 0.5001, (name, operands)
    assert count > 100
