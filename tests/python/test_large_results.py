"""Results that no cache has room for are stored past the caches, where their rows begin at cache lines; others are not."""
import numpy as np
import pytest

import broadloom as bl

SHAPES = [(1500, 1600, 2), (1501, 1601, 3), (1503, 1608, 2), (3, 900_000, 2), (900_000, 3, 4), (1400, 1664, 9)]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int16])
def test_reductions_over_pairs_of_rows(shape, dtype):
    rng = np.random.default_rng(0)
    m, n, k = shape
    m = m if dtype is np.float64 else m * 2
    a, b = (rng.integers(-9, 9, (rows, k)).astype(dtype) for rows in (m, n))
    x, y = bl.asarray(a), bl.asarray(b)
    distances = sum(np.abs(a[:, None, i] - b[:, i]) for i in range(k)) + dtype(0)
    ours = np.asarray(bl.sum(bl.abs(x[:, None] - y), axis=-1, dtype=dtype))
    assert ours.dtype == distances.dtype
    np.testing.assert_array_equal(ours, distances)
    part = np.asarray(bl.max(bl.abs(x[1:, None] - y[1:]), axis=-1))
    expected = np.abs(a[1:, None, 0] - b[1:, 0])
    for i in range(1, k):
        np.maximum(expected, np.abs(a[1:, None, i] - b[1:, i]), out=expected)
    np.testing.assert_array_equal(part, expected)


def test_several_results_of_one_walk():
    a, b = np.random.default_rng(1).integers(-9, 9, (2, 2200, 3)).astype(np.float64)
    x, y = bl.asarray(a), bl.asarray(b)
    difference = x[:, None] - y
    ours = bl.sum(difference, axis=-1), bl.min(difference, axis=-1)
    bl.eval(*ours)
    expected = a[:, None] - b
    np.testing.assert_array_equal(np.asarray(ours[0]), expected.sum(-1))
    np.testing.assert_array_equal(np.asarray(ours[1]), expected.min(-1))
