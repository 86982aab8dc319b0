"""Elementary functions stay within their bound; `make accuracy` measures more inputs."""

import ctypes
import os
import pathlib
import sys

import numpy as np
import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import measure  # noqa: E402
from hard import error_in_ulp, exact_value, neighbours  # noqa: E402

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


ZEROS_OF_DIGAMMA = [1.4616321449683622, -0.5040830082644554, -1.5734984731623904, -2.6107208684441449, -9.702672540001863]


def inputs_beside_mpmath(name, dtype):
    parts = list(measure.samples(name, dtype, 400, chunk=100))
    if name == "digamma":
        parts.append((np.concatenate([neighbours([x], dtype, 4) for x in ZEROS_OF_DIGAMMA]),))
    return zip(*map(np.concatenate, zip(*parts)))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", ["erfinv", "digamma", "i0", "beta"])
def test_judge_agrees_with_mpmath(judge, name, dtype):
    """What we wrote ourselves for it: an error a little above the worst one so far is found, one below it is none, whichever
    precision tells them apart. Beside a zero __float128 has few digits to spare."""
    info, count = np.finfo(dtype), 0
    for operands in inputs_beside_mpmath(name, dtype):
        value = exact_value(name, operands)
        if value is None or not info.tiny < abs(value) < info.max:
            continue
        count += 1
        arrays, got = [np.array([x]) for x in operands], np.nextafter(np.array([dtype(value)]), dtype(np.inf))
        exact = error_in_ulp(name, got[0], operands)
        for before, after in ((-1, exact), (exact - 0.05, exact), (exact + 0.05, exact + 0.05)):
            worst = (measure.Worst * 2)(measure.Worst(before), measure.Worst(-1))
            measure.check(judge, name, arrays, [got], worst)
            assert abs(worst[0].error - after) < (0.1 if abs(value) < 1e-12 else 1e-3), (name, operands, worst[0].error, after)
    assert count > 100
