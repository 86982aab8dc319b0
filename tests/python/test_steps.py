"""Operands whose elements lie two to four apart, as colours of pixels do: vectors of them come from whole registers."""
import numpy as np
import pytest

import broadloom as bl

WIDTHS = [1, 2, 5, 15, 16, 31, 63, 64, 65, 130, 1000]
DTYPES = [np.uint8, np.int16, np.float16, np.float32, np.float64, np.complex64, np.bool_]


def pixels(width, step, dtype):
    return (np.random.default_rng([width, step]).standard_normal((7, width, step)) * 50).astype(dtype)


def twice(x):
    return ~x if x.dtype == bool else x + x


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("step", [2, 3, 4, 5])
def test_colours(step, dtype):
    for width in WIDTHS:
        image = pixels(width, step, dtype)
        x = bl.asarray(image)
        for colour in range(step):
            np.testing.assert_array_equal(np.asarray(twice(x[..., colour])), twice(image[..., colour]))
            np.testing.assert_array_equal(np.asarray(twice(x[..., colour].T)), twice(image[..., colour].T))
        first = np.moveaxis(image, -1, 0)
        np.testing.assert_array_equal(np.asarray(twice(bl.moveaxis(x, -1, 0))), twice(first))
        line = image.ravel()
        np.testing.assert_array_equal(np.asarray(twice(bl.asarray(line)[step - 1::step])), twice(line[step - 1::step]))


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.float32, np.float64])
@pytest.mark.parametrize("step", [2, 3, 4])
def test_reductions(step, dtype):
    for width in WIDTHS:
        image = pixels(width, step, dtype)
        x = bl.asarray(image)
        for name in ("max", "argmin", "sum"):
            for axis in (0, 1):
                expected = getattr(np, name)(image[..., step - 1], axis=axis)
                error = {np.float32: 1e-4, np.float64: 1e-11}.get(dtype, 0)
                np.testing.assert_allclose(np.asarray(getattr(bl, name)(x[..., step - 1], axis=axis)), expected, rtol=error, atol=error)


@pytest.mark.parametrize("step", [2, 3, 4])
def test_writes_over_what_is_read(step):
    image = pixels(130, step, np.float32)
    x = bl.asarray(image) + 0
    x[..., 0] += x[..., 1]
    x[..., 1] = x[..., 0] * 2
    expected = image + 0
    expected[..., 0] += expected[..., 1]
    expected[..., 1] = expected[..., 0] * 2
    np.testing.assert_array_equal(np.asarray(x), expected)
