"""Several steps of a stencil in one expression: slices of slices, of views of one array that lie a few elements apart."""
import concurrent.futures
import os
import re
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
@pytest.mark.parametrize("step, steps", [(heat, 1), (heat, 2), (heat, 4), (jacobi, 1), (jacobi, 2), (jacobi, 3), (life, 1), (life, 2), (life, 4)])
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
    centred = y - y.mean()
    bl.eval((centred[12:] * centred[:-12]).sum())
    before = bl.cache_info()
    for lag in range(1, 12):
        centred, expected = y - y.mean(), x - x.mean()
        np.testing.assert_allclose(float((centred[lag:] * centred[:-lag]).sum()), (expected[lag:] * expected[:-lag]).sum(), rtol=1e-9)
    after = bl.cache_info()
    assert after.compiles == before.compiles and after.hits >= before.hits + 11


def gray_scott(u, v, steps):
    for _ in range(steps):
        laplace = [w[1:-1, :-2] + w[1:-1, 2:] + w[:-2, 1:-1] + w[2:, 1:-1] - 4 * w[1:-1, 1:-1] for w in (u, v)]
        u, v = u[1:-1, 1:-1], v[1:-1, 1:-1]
        both = u * v * v
        u, v = u + 0.125 * laplace[0] - both, v + 0.25 * laplace[1] + both
    return u + v


def smoothed(u, rows, columns):
    for _ in range(3):
        m, n = u.shape[0] - 2, u.shape[1] - 2
        u = (u[1:-1, :-2] * rows[:m] + u[1:-1, 2:] + u[:-2, 1:-1] * columns[:n] + u[2:, 1:-1] - 2 * u[1:-1, 1:-1]) * 0.5
    return u


def volume(u):
    for _ in range(2):
        u = (u[1:-1, 1:-1, :-2] + u[1:-1, 1:-1, 2:] + u[1:-1, :-2, 1:-1] + u[1:-1, 2:, 1:-1] + u[:-2, 1:-1, 1:-1]
             + u[2:, 1:-1, 1:-1]) * 0.25
    return u


@pytest.mark.parametrize("shape", [(9, 9), (40, 300), (700, 9), (64, 64), (2000, 33)])
def test_several_fields_and_operands_of_all_shapes(shape):
    rng = np.random.default_rng(0)
    u, v = rng.integers(-3, 4, (2, *shape)).astype(np.float64)
    rows, columns = rng.integers(-2, 3, (shape[0], 1)).astype(np.float64), rng.integers(-2, 3, shape[1]).astype(np.float64)
    x, y, r, c = map(bl.asarray, (u, v, rows, columns))
    np.testing.assert_array_equal(np.asarray(gray_scott(x, y, 2)), gray_scott(u, v, 2))
    np.testing.assert_array_equal(np.asarray(smoothed(x, r, c)), smoothed(u, rows, columns))
    cube = rng.integers(-3, 4, (shape[0] // 4 + 5, 7, shape[1])).astype(np.float32)
    np.testing.assert_array_equal(np.asarray(volume(bl.asarray(cube))), volume(cube))


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_blocks_of_rows_are_shared_by_threads(threads):
    u = np.random.default_rng(0).integers(-9, 9, 300_001).astype(np.float64)
    v = u[:300_000].reshape(500, 600)
    before = bl.get_num_threads()
    bl.set_num_threads(threads)
    try:
        np.testing.assert_array_equal(np.asarray(heat(bl.asarray(u), 3)), heat(u, 3))
        np.testing.assert_array_equal(np.asarray(jacobi(bl.asarray(v), 4)), jacobi(v, 4))
        np.testing.assert_array_equal(np.asarray(life((bl.asarray(v) > 0).astype("int32"), 4)), life((v > 0).astype(np.int32), 4))
    finally:
        bl.set_num_threads(before)


def trimmed(u):
    for _ in range(3):
        u = (u[1:] * u[:-1] + u[1:] * 0.5 - u[:-1] + u[1:])[2:-2] * 1.5
    return u


def through_one_slice(u):
    v = (u[1:] * u[:-1] + u[1:] * 0.5 - u[:-1]) * u[1:] * u[:-1] + u[1:]
    return (v[1:] + v[:-1])[2:] * 2.0


def far(u):
    v = (u[14:-16] + u[16:-14] - u[15:-15] * 0.5 + u[14:-16] * u[16:-14]) * 2 + u[15:-15]
    return v[9:-3] + v[10:-2] * v[11:-1]


def cropped(u):
    return ((jacobi(u, 2))[1:-1, 1:-1] + jacobi(u, 3))[3:-4, 2:-5] * 2.0


def by_columns(u):
    rows = trimmed(u[:, :1])
    return jacobi(u, 2)[: rows.shape[0]] * rows


@pytest.mark.parametrize("shape", [(60, 50), (90, 40, 3), (400, 70)])
@pytest.mark.parametrize("step", [trimmed, through_one_slice, far, cropped, by_columns])
def test_slices_of_all_kinds(step, shape):
    if step in (cropped, by_columns) and len(shape) > 2:
        shape = shape[:2]
    u = np.random.default_rng(0).integers(-2, 3, shape).astype(np.float64)
    for given in (u, u.T.copy().T, u[::-1], u[:, ::2]):
        np.testing.assert_array_equal(np.asarray(step(bl.asarray(given))), step(given))


@pytest.mark.parametrize("shape", [(1, 300_000), (4, 70_000), (15, 30_000), (40_000, 3), (12, 90, 80), (300, 5, 70), (5, 6, 7000)])
def test_rows_of_all_lengths(shape):
    u = np.random.default_rng(0).integers(-4, 5, shape).astype(np.float32)

    def along(w, axis, xp):
        w = xp.moveaxis(w, axis, 0)
        for _ in range(3):
            w = w[1:-1] + 0.25 * (w[2:] - 2 * w[1:-1] + w[:-2])
        return xp.moveaxis(w, 0, axis)

    for axis in range(len(shape)):
        if shape[axis] < 7:
            continue
        expression = along(bl.array(u), axis, bl)
        told = float(re.search(r"([\d.]+) MiB at the peak", bl.explain(expression) + " 0.5 MiB at the peak")[1])
        np.testing.assert_array_equal(np.asarray(expression), along(u, axis, np))
        assert told <= 2.1 * expression.nbytes / 2**20 + 4.5, bl.explain(expression)


def test_while_the_number_of_threads_changes():
    u = np.random.default_rng(0).integers(-4, 5, (300, 300)).astype(np.float64)
    x, expected, before = bl.asarray(u), jacobi(u, 3), bl.get_num_threads()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        running = [pool.submit(lambda: [np.array_equal(np.asarray(jacobi(x, 3)), expected) for _ in range(60)]) for _ in range(2)]
        while not all(each.done() for each in running):
            for threads in (1, 8, 2, 5):
                bl.set_num_threads(threads)
    bl.set_num_threads(before)
    assert all(all(each.result()) for each in running)


@pytest.mark.parametrize("compute", [lambda u: jacobi(u, 3), lambda u: heat(u.ravel(), 3), lambda u: jacobi(jacobi(u, 2) * 2 - 1, 1).T])
def test_steps_are_no_arrays(compute):
    x = bl.array(np.random.default_rng(0).standard_normal((1500, 1600)))
    expression = compute(x)
    text = bl.explain(expression)
    live = bl.memory_info().live
    told = float(re.search(r"([\d.]+) MiB at the peak", text)[1])
    bl.reset_peak()
    bl.eval(expression)
    used = (bl.memory_info().peak - live) / 2**20
    assert "hands on block by block" in text and used <= told * 1.15 and told < expression.nbytes / 2**20 + 4, text


def test_a_body_that_is_cut_needs_one_array():
    x = np.linspace(-1.0, 1.0, 3_000_000)
    expected, y = x, bl.asarray(x)
    for i in range(350):
        expected, y = (expected * 0.5 + x) * (i % 7 - 3) * 0.25, (y * 0.5 + bl.asarray(x)) * (i % 7 - 3) * 0.25
    live = bl.memory_info().live
    bl.reset_peak()
    np.testing.assert_array_equal(np.asarray(y), expected)
    assert bl.memory_info().peak - live < 1.5 * x.nbytes


def test_what_is_raised_within_a_block():
    u = np.full((300, 300), 1e308)
    with pytest.warns(RuntimeWarning, match="overflow encountered in add"):
        np.asarray(jacobi(bl.asarray(u), 2))


def test_by_the_reference_evaluator():
    environment = {**os.environ, "BROADLOOM_INTERPRET": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "not (reference_evaluator or cut or arrays or threads or raised or lengths or several)", __file__], env=environment, check=True)
