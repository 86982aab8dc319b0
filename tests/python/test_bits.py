"""The same bits for any number of threads, both vector widths, and the reference evaluator."""

import hashlib
import os
import subprocess
import sys

import pytest

PROGRAM = """
import hashlib, sys
import numpy as np
import broadloom as bl

rng = np.random.default_rng(0)
big = int(sys.argv[1])
def data(dtype, *shape):
    x = rng.standard_normal(shape) * 3
    return bl.asarray((x + 1j * rng.standard_normal(shape) if np.dtype(dtype).kind == "c" else x).astype(dtype))

results = []
for dtype in ("float16", "float32", "float64", "complex64", "int32"):
    x, row, matrix, wide = data(dtype, big), data(dtype, 37), data(dtype, 61, 37), data(dtype, 3, big // 5)
    results += [x.sum(), (x * x).mean(), (matrix + row).sum(0), matrix.sum(1), (matrix.T + matrix.T).mean(1), wide.sum(1), wide.sum(0),
                matrix.prod(1) if dtype != "int32" else matrix.max(0), x.var(), matrix.std(0), matrix.std(1, ddof=1), bl.cumsum(x),
                (matrix[:, None, :] - matrix[None, :9, :]).sum(-1), bl.abs(matrix).max(1)]
for dtype in ("float32", "float64"):
    x, matrix = data(dtype, big), data(dtype, 61, 37)
    results += [getattr(bl, f)(x) for f in ("exp", "log", "sin", "cos", "tan", "tanh", "erf", "expm1", "log1p", "exp2", "cbrt", "atan")]
    results += [bl.exp(matrix - matrix.max(1, keepdims=True)) / bl.exp(matrix - matrix.max(1, keepdims=True)).sum(1, keepdims=True),
                bl.pow(bl.abs(x), 1.7), bl.logaddexp(x, x[::-1]), bl.logcumsumexp(x),
                bl.logcumsumexp(bl.astype(matrix, "float16"), 0)]
special = np.array([1, complex(-1, -0.0), complex(1, np.inf), complex(-0.0, -0.0), 1e300j, 1e300, complex(-0.0, 2), 1e-300])
for dtype in ("complex64", "complex128"):
    with np.errstate(over="ignore", under="ignore"):
        x, ordinary = bl.asarray(special.astype(dtype)), data(dtype, 61)
    results += [bl.cumsum(x), bl.cumprod(x), bl.cumsum(x[::-1]), bl.cumprod(x[:2]), bl.cumsum(x[3:4]), bl.cumprod(ordinary)]
digest = hashlib.sha256()
for x in results:
    values = np.asarray(x)
    if values.dtype.kind in "fc":
        values = np.where(np.isnan(values), values.dtype.type(0), values)
    digest.update(np.ascontiguousarray(values).tobytes())
print(digest.hexdigest())
"""


def digest(size, program=PROGRAM, **environment):
    result = subprocess.run([sys.executable, "-W", "ignore", "-c", program, str(size)], capture_output=True, text=True, timeout=900,
                            env={**os.environ, **{f"BROADLOOM_{name}": value for name, value in environment.items()}})
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def usual():
    return digest(300_001, THREADS="1")


@pytest.mark.parametrize("threads", ["2", "3", "8"])
@pytest.mark.parametrize("vector_bytes", ["32", "64"])
def test_threads_and_vector_widths(usual, threads, vector_bytes):
    assert digest(300_001, THREADS=threads, VECTOR_BYTES=vector_bytes) == usual


def test_reference_evaluator():
    assert digest(601, INTERPRET="1") == digest(601) == digest(601, VECTOR_BYTES="64")


def test_the_digest_sees_a_bit():
    """The program's results differ in a bit where one is changed before they are hashed."""
    changed = PROGRAM.replace("for x in results:", "results[0] = bl.nextafter(results[0], bl.asarray(np.inf, dtype=results[0].dtype))\nfor x in results:")
    assert changed != PROGRAM and digest(601, program=changed) != digest(601)
