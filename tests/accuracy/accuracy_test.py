"""Elementary functions stay within their bound; `make accuracy` measures more inputs."""

import ctypes
import os
import pathlib
import sys

import numpy as np
import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import measure  # noqa: E402

CORNERS = [0.0, -0.0, 1.0, -1.0, 0.5, 2.0, np.inf, -np.inf, np.nan]


@pytest.fixture(scope="module")
def judge():
    return measure.load(os.environ["BROADLOOM_JUDGE"])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", measure.NAMES)
def test_within_one_ulp(judge, name, dtype):
    info = np.finfo(dtype)
    corners = np.array([*CORNERS, info.max, info.min, info.tiny, -info.tiny, info.smallest_subnormal, -info.smallest_subnormal], dtype)
    chunk = measure.BY_MPMATH_COUNT // 40 if name in measure.BY_MPMATH else measure.CHUNK // 8
    inputs = list(measure.samples(name, dtype, 4 * chunk, chunk=chunk))
    inputs.append(tuple(map(np.ravel, np.meshgrid(corners, corners))) if name in measure.TWO else (corners,))
    _, ours, _ = measure.measure(judge, name, inputs, with_numpy=False)
    assert ours.error <= 1, f"{name}({ours.at!r}, {ours.at_second!r}): {ours.error} ULP"
