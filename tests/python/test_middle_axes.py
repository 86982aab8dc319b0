"""Reductions of axes that are neither the first nor the last: walks over columns, again for every place of the axes before."""
import numpy as np
import pytest

import broadloom as bl

SHAPES = [(5, 17, 300), (3, 128, 1024), (7, 33, 1000), (2, 3, 40, 257), (4, 5, 16, 2, 513)]
DTYPES = [np.float32, np.float64, np.int16, np.complex64]


def values_of(shape, dtype):
    return (np.random.default_rng(list(shape)).standard_normal(shape) * 10).astype(dtype)


def same(ours, expected, what=""):
    ours = np.asarray(ours)
    assert ours.dtype == expected.dtype and ours.shape == expected.shape, what
    precise = expected.dtype in (np.float64, np.complex128) or expected.dtype.kind in "iub"
    np.testing.assert_allclose(ours, expected, rtol=1e-11 if precise else 2e-5, atol=1e-9 if precise else 1e-4, err_msg=what)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", SHAPES)
def test_every_reduction_of_every_middle_axis(shape, dtype):
    values = values_of(shape, dtype)
    x = bl.asarray(values)
    names = ("sum", "mean") if dtype is np.complex64 else ("sum", "mean", "max", "min", "argmin", "any", "var", "ptp")
    for axis in range(1, len(shape) - 1):
        for name in names:
            same(getattr(bl, name)(x, axis=axis), getattr(np, name)(values, axis=axis), f"{name} of axis {axis}")
        same((x * 2 + 1).max(axis) * 3 if dtype is not np.complex64 else x.sum(axis) * 3,
             (values * 2 + 1).max(axis) * 3 if dtype is not np.complex64 else values.sum(axis) * 3, f"with neighbours, axis {axis}")


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int16])
@pytest.mark.parametrize("shape", SHAPES)
def test_layouts_and_stages(shape, dtype):
    values = values_of(shape, dtype)
    for name, given in [("Fortran's", np.asfortranarray(values)), ("backwards", values[:, ::-1]), ("every second", values[..., ::2])]:
        same(bl.asarray(given).sum(1), given.sum(1), name)
    x = bl.asarray(values)
    same(x - x.max(1, keepdims=True), values - values.max(1, keepdims=True), "less its largest")
    same(x.max((1, 2)), values.max((1, 2)), "two axes")
    same(x.max((0, 1)), values.max((0, 1)), "two axes from the first on")


@pytest.mark.parametrize("place", [0, 20, 39])
def test_nan(place):
    values = np.random.default_rng(place).standard_normal((6, 40, 700))
    values[2, place, 4] = np.nan
    x = bl.asarray(values)
    for name in ("max", "min", "argmax", "argmin", "nanmax"):
        np.testing.assert_array_equal(np.asarray(getattr(bl, name)(x, axis=1)), getattr(np, name)(values, axis=1))


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("shape", [(1, 1000, 2000), (2000, 3, 1000), (2, 100000, 9), (300, 20, 300)])
def test_shapes_shared_by_threads(shape, threads):
    values = np.random.default_rng(0).integers(-9, 9, shape).astype(np.float32)
    before = bl.get_num_threads()
    bl.set_num_threads(threads)
    try:
        np.testing.assert_array_equal(np.asarray(bl.asarray(values).sum(1)), values.sum(1))
    finally:
        bl.set_num_threads(before)


def test_nothing_to_reduce():
    np.testing.assert_array_equal(np.asarray(bl.zeros((4, 0, 30)).sum(1)), np.zeros((4, 30)))
    np.testing.assert_array_equal(np.asarray(bl.zeros((0, 5, 30)).sum(1)), np.zeros((0, 30)))
    with pytest.raises(ValueError, match="max"):
        np.asarray(bl.zeros((4, 0, 30)).max(1))


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "int32", "bool"])
@pytest.mark.parametrize("keepdims", [False, True])
def test_axes_outside_and_inside_of_what_is_kept(dtype, keepdims):
    """Two folds in turn, of which the first one's results are few."""
    x = (np.random.default_rng(3).random((40, 6, 5, 300)) * 4).astype(dtype)
    ours = bl.asarray(x)
    for axes in [(0, 3), (0, 2, 3), (3, 1), (0, 1, 3)]:
        for name in "sum", "max", "min", "any", "all", "mean":
            got, expected = getattr(bl, name)(ours, axes, keepdims=keepdims), getattr(np, name)(x, axes, keepdims=keepdims)
            assert got.dtype == expected.dtype and got.shape == expected.shape
            np.testing.assert_allclose(np.asarray(got), expected, rtol=2e-2 if dtype == "float16" else 1e-5 if dtype == "float32" else 1e-13)
        turned = bl.sum(ours.T, axes, keepdims=keepdims)
        np.testing.assert_allclose(np.asarray(turned), x.T.sum(axes, keepdims=keepdims), rtol=2e-2 if dtype == "float16" else 1e-5)
    wide = bl.sum(ours, (0, 3), dtype="float64")
    np.testing.assert_allclose(np.asarray(wide), x.sum((0, 3), dtype="float64"), rtol=1e-13)


def test_means_of_whole_numbers_are_rounded_once():
    x = np.random.default_rng(4).integers(-9, 9, (30, 7, 1300)).astype("float64")
    np.testing.assert_array_equal(np.asarray(bl.mean(bl.asarray(x), (0, 2))), x.mean((0, 2)))


def test_folds_of_many_store_little():
    x = bl.ones((64, 16, 1024))
    bl.eval(x)
    bl.reset_peak()
    live = bl.memory_info().live
    bl.eval((x * 2 - 1).sum((0, 2)))
    assert bl.memory_info().peak - live < x.nbytes // 64
