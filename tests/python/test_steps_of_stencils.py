"""Several steps of a stencil in one expression: slices of slices, of views of one array that lie a few elements apart."""
import os
import subprocess
import sys

import numpy as np
import pytest

import broadloom as bl


def heat(u, steps):
    for _ in range(steps):
        u = u[1:-1] + 0.25 * (u[2:] - 2 * u[1:-1] + u[:-2])
    return u


def jacobi(u, steps):
    for _ in range(steps):
        u = (u[1:-1, :-2] + u[1:-1, 2:] + u[:-2, 1:-1] + u[2:, 1:-1]) * 0.25
    return u


def life(u, steps):
    for _ in range(steps):
        count = sum(u[1 + i:u.shape[0] - 1 + i, 1 + j:u.shape[1] - 1 + j] for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j)
        u = (count == 3) | ((count == 2) & (u[1:-1, 1:-1] == 1))
        u = u.astype(count.dtype)
    return u


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int32])
@pytest.mark.parametrize("step, steps", [(heat, 1), (heat, 2), (heat, 4), (jacobi, 1), (jacobi, 2), (jacobi, 3), (life, 1), (life, 2)])
def test_steps(step, steps, dtype):
    rng = np.random.default_rng(steps)
    for shape in ((40, 33), (12, 100)):
        values = (rng.integers(0, 2, shape) if step is life else rng.integers(-8, 8, shape)).astype(dtype)
        if step is heat:
            values = values.ravel()
        for given in (values, values[::-1], np.asfortranarray(values), np.repeat(values, 2, axis=0)[::2]):
            expected = step(given, steps)
            got = np.asarray(step(bl.asarray(given), steps))
            assert got.dtype == expected.dtype
            np.testing.assert_array_equal(got, expected)


def test_views_that_are_no_neighbours():
    x = np.arange(100.0)
    y = bl.asarray(x)
    for a, b, c in ((0, 40, 1), (50, 3, 2), (17, 18, 33), (0, 0, 0)):
        expected = (x[a:a + 40] * 2 + x[b:b + 40])[c % 20:][1:] - (x[a:a + 40] + x[b:b + 40])[c % 20:][:-1]
        got = (y[a:a + 40] * 2 + y[b:b + 40])[c % 20:][1:] - (y[a:a + 40] + y[b:b + 40])[c % 20:][:-1]
        np.testing.assert_array_equal(np.asarray(got), expected)


def test_one_plan_serves_all_sizes_but_not_other_distances():
    for start in range(20):
        for size in (30, 31):
            x = np.arange(100.0) + start
            y = bl.asarray(x)
            u, v = x[start:start + size] * 2, y[start:start + size] * 2
            np.testing.assert_array_equal(np.asarray(v[start % 7:] + 1), u[start % 7:] + 1)
            np.testing.assert_array_equal(np.asarray(v[2:] + v[:-2] * v[1:-1]), u[2:] + u[:-2] * u[1:-1])


def test_lags_are_no_steps():
    x = np.random.default_rng(0).standard_normal(500)
    y = bl.asarray(x)
    bl.eval(((y - y.mean())[1:] * (y - y.mean())[:-1]).sum())
    before = bl.cache_info().compiles
    misses = []
    for lag in range(1, 12):
        centred, expected = y - y.mean(), x - x.mean()
        np.testing.assert_allclose(float((centred[lag:] * centred[:-lag]).sum()), (expected[lag:] * expected[:-lag]).sum(), rtol=1e-9)
        misses.append(bl.cache_info().misses if hasattr(bl.cache_info(), "misses") else 0)
    assert bl.cache_info().compiles <= before + 1 and misses[-1] == misses[0]


def test_by_the_reference_evaluator():
    environment = {**os.environ, "BROADLOOM_INTERPRET": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "not reference_evaluator", __file__], env=environment, check=True)
