"""Cumulative functions whose operand is made for them block by block, and read block by block: beside NumPy's."""
import re
import threading

import numpy as np
import pytest

import broadloom as bl

# Lines shorter than a block, a few blocks long, longer; fewer of them than threads, and more.
SHAPES = [(4095,), (4097,), (16384,), (32769,), (200_001,), (1, 100_000), (2, 70_001), (3, 40_000), (64, 1024), (301, 333), (5, 7, 512),
          (40_000, 1), (3, 9000, 2), (2, 5000, 4)]
NUMPY = {"cumulative_sum": np.cumsum, "cumulative_prod": np.cumprod}


@pytest.fixture(params=[1, 2, 3])
def threads(request):
    before = bl.get_num_threads()
    bl.set_num_threads(request.param)
    yield request.param
    bl.set_num_threads(before)


def numbers(shape, dtype, seed):
    x = np.random.default_rng(seed).random(shape) - 0.5
    return (x * 100 if np.dtype(dtype).kind in "iu" else x).astype(dtype)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", NUMPY)
def test_with_both_neighbours(threads, name, shape):
    x, y = numbers(shape, np.float64, 1), numbers(shape, np.float64, 2)
    a, b, function = bl.asarray(x), bl.asarray(y), getattr(bl, name)
    for axis in range(len(shape)):
        expected = NUMPY[name](x * y + 1, axis=axis)
        np.testing.assert_array_equal(function(a * b + 1, axis=axis) * 0.5, expected * 0.5, strict=True)
        np.testing.assert_array_equal(function(a * b + 1, axis=axis), expected, strict=True)
        np.testing.assert_array_equal(function(a * b + 1, axis=axis) - a, expected - x, strict=True)
        two = function(a * b + 1, axis=axis)
        bl.eval(two * 2, two)  # which others read
        np.testing.assert_array_equal(two, expected, strict=True)


@pytest.mark.parametrize("dtype", [np.int8, np.int64, np.uint16, np.float16, np.float32, np.complex64, np.complex128])
def test_dtypes(threads, dtype):
    x = numbers((3, 50_000), dtype, 3)
    got = bl.cumulative_sum(bl.asarray(x) + bl.asarray(x[:, ::-1]), axis=1, dtype=dtype) - bl.asarray(x)
    expected = np.cumsum(x + x[:, ::-1], axis=1, dtype=dtype) - x
    np.testing.assert_array_equal(got, expected, strict=True)


def test_neighbours_that_read_other_places(threads):
    x = numbers(100_001, np.float64, 4)
    a = bl.asarray(x)
    np.testing.assert_array_equal(bl.cumulative_sum(a[1:] * a[:-1]) + a[::-1][1:], np.cumsum(x[1:] * x[:-1]) + x[::-1][1:])
    twice = bl.cumulative_sum(bl.cumulative_sum(a * 2) * 0.5) - 1
    np.testing.assert_array_equal(twice, np.cumsum(np.cumsum(x * 2) * 0.5) - 1)
    square = numbers((300, 300), np.float64, 5)
    s = bl.asarray(square)
    both = bl.cumulative_sum(bl.cumulative_sum(s * 2, axis=0) * 0.5 + s.T, axis=1) - 1
    np.testing.assert_array_equal(both, np.cumsum(np.cumsum(square * 2, axis=0) * 0.5 + square.T, axis=1) - 1)


def test_after_a_product(threads):
    x = numbers((150, 150), np.float64, 6)
    a = bl.asarray(x)
    np.testing.assert_allclose(bl.cumulative_sum((a @ a) * 2, axis=1) + 1, np.cumsum((x @ x) * 2, axis=1) + 1, rtol=1e-10, atol=1e-10)


def test_in_place(threads):
    x = numbers(90_000, np.float64, 7)
    a = bl.array(x)
    a[...] = bl.cumulative_sum(a * 2.0) * 0.5 + a
    np.testing.assert_array_equal(a, np.cumsum(x * 2.0) * 0.5 + x)
    a = bl.array(x)
    a[1:] = bl.cumulative_sum(a[1:] - a[:-1]) * 3.0
    expected = x.copy()
    expected[1:] = np.cumsum(x[1:] - x[:-1]) * 3.0
    np.testing.assert_array_equal(a, expected)


@pytest.mark.parametrize("formula", ["m.cumulative_sum(x * big)", "m.cumulative_sum(x * big) * 0.5", "m.cumulative_sum(x) * big"])
def test_overflows_are_told(threads, formula):
    x = np.full(70_000, 1e200)
    big = 1e200
    with np.errstate(all="raise"), pytest.raises(FloatingPointError):
        eval(formula, {"m": np, "x": x, "big": big})
    with bl.errstate(all="raise"), pytest.raises(FloatingPointError, match="overflow"):
        bl.eval(eval(formula, {"m": bl, "x": bl.asarray(x), "big": big}))


@pytest.mark.parametrize("shape", [(1_000_000,), (1000, 1000)])
def test_no_more_memory_than_was_told(shape):
    a = bl.array(numbers(shape, np.float64, 8))
    bl.eval(a)
    expression = bl.cumulative_sum(a * a, axis=-1) * 0.5
    told = float(re.search(r"([\d.]+) MiB at the peak", bl.explain(expression))[1])
    live = bl.memory_info().live
    bl.reset_peak()
    bl.eval(expression)
    used = (bl.memory_info().peak - live) / 2**20
    assert told * 0.85 <= used <= told * 1.15 and used < 1.3 * a.nbytes / 2**20


@pytest.mark.parametrize("part", [np.s_[0:1], np.s_[-1:], np.s_[..., 0:1], np.s_[..., 5:6], np.s_[::-1], np.s_[:, ::-1], np.s_[:]], ids=str)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_what_follows_overwrites_nothing_that_is_still_read(threads, part, dtype):
    """The product's memory is free once the last kernel has read it: rows of it are read for all blocks before."""
    rng = np.random.default_rng(9)
    x, y = rng.integers(-4, 5, (300, 8)).astype(np.float32), rng.integers(-4, 5, (8, 512)).astype(np.float32)
    c = rng.integers(-4, 5, (300, 512)).astype(dtype)
    product = x @ y
    expected = np.cumsum(product[part] * c, axis=1).astype(np.float32) + product
    t = bl.asarray(x) @ bl.asarray(y)
    np.testing.assert_array_equal(bl.cumulative_sum(t[part] * bl.asarray(c), axis=1).astype(bl.float32) + t, expected)
    a = bl.array(product)
    a[...] = bl.cumulative_sum(a[part] * a, axis=1) - a
    np.testing.assert_array_equal(a, np.cumsum(product[part] * product, axis=1) - product)


def test_few_elements_need_few_bytes():
    x = bl.array(np.arange(10.0))
    bl.eval(x)
    with bl.memory_budget(10_000):
        np.testing.assert_array_equal(bl.cumulative_sum(x * 2) * 0.5, np.cumsum(np.arange(10.0)))


def test_threads_may_change_meanwhile():
    x = numbers((400, 2500), np.float64, 10)
    a = bl.asarray(x)
    expected = np.cumsum(x * x + 1, axis=1) * 0.5
    before, done = bl.get_num_threads(), threading.Event()

    def change():
        while not done.is_set():
            for count in (1, 8):
                bl.set_num_threads(count)

    changing = threading.Thread(target=change)
    changing.start()
    try:
        for _ in range(10):
            np.testing.assert_array_equal(bl.cumulative_sum(a * a + 1, axis=1) * 0.5, expected)
            np.testing.assert_array_equal(bl.cumulative_sum(a.reshape(-1) * 2) * 0.5, np.cumsum(x.reshape(-1) * 2) * 0.5)
    finally:
        done.set()
        changing.join()
        bl.set_num_threads(before)
