"""Reductions along axes of 2 to 8 elements, which kernels are made for, beside NumPy; and those of other lengths beside them."""

import numpy as np
import pytest

import broadloom as bl

ROWS = 5000


def rows_of(length, dtype=np.float32, seed=0):
    values = np.random.default_rng([seed, length]).standard_normal((ROWS, length)) * 3
    return values.astype(dtype)


def same(ours, expected, what=""):
    ours = np.asarray(ours)
    assert ours.dtype == expected.dtype and ours.shape == expected.shape, what
    single = expected.dtype == np.float32
    np.testing.assert_allclose(ours, expected, rtol=3e-6 if single else 1e-13, atol=1e-6 if single else 1e-14, err_msg=what)


@pytest.mark.parametrize("length", range(1, 11))
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int16, np.uint8])
def test_every_reduction(length, dtype):
    values = np.abs(rows_of(length)).astype(dtype)
    x = bl.array(values)
    for name in ("sum", "prod", "max", "min", "argmin", "argmax", "any", "all", "mean"):
        same(getattr(bl, name)(x, axis=1), getattr(np, name)(values, axis=1), f"{name} {length}")


@pytest.mark.parametrize("length", [2, 3, 4, 5, 8])
def test_stages_and_results_of_whole_rows(length):
    values = rows_of(length)
    x = bl.array(values)
    exponentials = np.exp(values - values.max(1, keepdims=True))
    shifted = bl.exp(x - x.max(1, keepdims=True))
    same(shifted / shifted.sum(1, keepdims=True), exponentials / exponentials.sum(1, keepdims=True), "softmax")
    same(x - x.mean(1, keepdims=True), values - values.mean(1, keepdims=True), "centred")
    x -= x.mean(1, keepdims=True)
    same(x, values - values.mean(1, keepdims=True), "in place")


@pytest.mark.parametrize("length", [3, 4])
def test_rows_that_lie_otherwise(length):
    wide = rows_of(length + 2)
    x = bl.array(wide)
    columns = np.asfortranarray(wide[:, :length])
    for name, ours, values in [("apart", x[:, 1:-1], wide[:, 1:-1]), ("backwards", x[:, length::-1], wide[:, length::-1]),
                               ("columns", bl.asarray(columns), columns), ("every second row", x[::2, :length], wide[::2, :length])]:
        same(ours - ours.mean(1, keepdims=True), values - values.mean(1, keepdims=True), name)
    out = bl.zeros((ROWS, length + 2), dtype="float32")
    out[:, 1:-1] = x[:, 1:-1] - x[:, 1:-1].mean(1, keepdims=True)
    expected = np.zeros((ROWS, length + 2), np.float32)
    expected[:, 1:-1] = wide[:, 1:-1] - wide[:, 1:-1].mean(1, keepdims=True)
    same(out, expected, "written into wider rows")


@pytest.mark.parametrize("place", [0, 1, 2])
def test_nan_and_signed_zeros(place):
    values = rows_of(3)
    values[::7, place] = np.nan
    x = bl.array(values)
    for name in ("max", "min", "argmax", "argmin", "sum"):
        np.testing.assert_array_equal(np.isnan(np.asarray(getattr(bl, name)(x, axis=1))), np.isnan(getattr(np, name)(values, axis=1)))
    np.testing.assert_array_equal(np.asarray(bl.argmax(x, axis=1)), np.argmax(values, axis=1))
    zeros = np.full((ROWS, 3), -0.0)
    np.testing.assert_array_equal(np.signbit(np.asarray(bl.array(zeros).sum(1))), np.signbit(zeros.sum(1)))


def test_a_plan_for_three_serves_three_only():
    for length in (3, 4, 3, 9, 12, 3):
        values = rows_of(length, np.float64)
        same(bl.array(values).sum(1), values.sum(1), str(length))


def test_arguments_that_are_best_at_the_limit():
    values = np.full((ROWS, 300), np.inf, np.float32)
    np.testing.assert_array_equal(np.asarray(bl.argmin(bl.array(values), axis=1)), np.argmin(values, axis=1))
    values[:, 200] = np.nan
    np.testing.assert_array_equal(np.asarray(bl.argmin(bl.array(values), axis=1)), np.argmin(values, axis=1))
    values[:, 100] = 1
    np.testing.assert_array_equal(np.asarray(bl.argmax(bl.array(values), axis=1)), np.argmax(values, axis=1))
