"""Sorting, selecting and searching of long lines, and of lines that lie anyhow, beside NumPy's; on any number of threads."""

import numpy as np
import pytest

import broadloom as bl
from comparing import DTYPES, FLOATS, check, make, values

ALL = [*DTYPES, "complex64", "complex128"]
LONG = 1 << 17  # runtime/sort.h
SIZES = [*range(1, 40), 63, 64, 65, 127, 128, 129, 255, 256, 257, 1023, 1024, 1025, 8191, 8192, 8193, LONG - 1, LONG, LONG + 1]


def draw(dtype, count, kinds=None, seed=0):
    """Numbers of all bits that a dtype has, so several NaNs and zeros of both signs, with duplicates."""
    rng = np.random.default_rng([seed, count])
    size = np.dtype(dtype).itemsize
    x = rng.integers(0, 2 if dtype == "bool" else 256, (kinds or count) * size, "u1").view(dtype)
    if dtype in FLOATS:
        x[rng.random(x.size) < 0.5] = rng.standard_normal()
        x[rng.random(x.size) < 0.2] = [0.0, -0.0][rng.integers(2)]
        x[rng.random(x.size) < 0.2] *= -0.0
        x[rng.random(x.size) < 0.05] = np.nan
    if dtype.startswith("complex"):
        x.real[rng.random(x.size) < 0.5] = 1
        x.imag[rng.random(x.size) < 0.2] = np.nan
    return x if kinds is None else x[rng.integers(0, kinds, count)]


PATTERNS = {
    "random": lambda x: x,
    "equal": lambda x: np.full_like(x, x[0]),
    "rising": lambda x: np.sort(x, kind="stable"),
    "falling": lambda x: np.sort(x, kind="stable")[::-1].copy(),
    "organ pipe": lambda x: np.concatenate([np.sort(x[::2]), np.sort(x[1::2])[::-1]]),
}


def bits(x):
    x = np.ascontiguousarray(x)
    return x.view(f"V{x.itemsize}") if x.dtype.kind == "c" else x.view(f"u{x.itemsize}") if x.dtype != bool else x


def same_bits(actual, expected, what):
    assert actual.dtype == expected.dtype and actual.shape == expected.shape, what
    assert bits(np.asarray(actual)).tobytes() == bits(expected).tobytes(), what


@pytest.fixture
def threads():
    before = bl.get_num_threads()
    yield bl.set_num_threads
    bl.set_num_threads(before)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("dtype", ALL)
def test_every_length_and_pattern(dtype):
    for size in SIZES:
        for name, pattern in PATTERNS.items():
            if size > 10_000 and name not in ("random", "organ pipe"):
                continue
            x = pattern(draw(dtype, size))
            what = f"{dtype} {size} {name}"
            order = np.argsort(x, kind="stable")
            same_bits(bl.sort(bl.asarray(x)), x[order], what)
            check(bl.argsort(bl.asarray(x)), order, what=what)
            if name == "random":
                places = size - 1 - np.argsort(x[::-1], kind="stable")[::-1]
                same_bits(bl.sort(bl.asarray(x), descending=True), x[places], what)
                check(bl.argsort(bl.asarray(x), descending=True), places, what=what)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("dtype", ["bool", "int16", "int32", "int64", "float16", "float32", "float64", "complex128"])
def test_any_number_of_threads(dtype, threads):
    for kinds in (None, 1000, 3):
        x = draw(dtype, 3 * LONG + 12345, kinds)
        order = np.argsort(x, kind="stable")
        halves = []
        for count in (1, 2, 3):
            threads(count)
            same_bits(bl.sort(bl.asarray(x)), x[order], f"{dtype} {kinds} {count}")
            check(bl.argsort(bl.asarray(x)), order)
            places = bl.argpartition(bl.asarray(x), x.size // 2)
            halves.append((bits(np.asarray(bl.partition(bl.asarray(x), x.size // 2))).tobytes(), np.asarray(places).tobytes()))
            unique = [np.asarray(part) for part in bl.unique(bl.asarray(x), True, True, True)]
            for ours, numpys in zip(unique[1:], np.unique(x, True, True, True)[1:], strict=True):
                np.testing.assert_array_equal(ours, numpys)
        assert len(set(halves)) == 1


@pytest.mark.parametrize("dtype", ALL)
def test_lines_that_lie_anyhow(dtype):
    def at(shape):
        return values_of(dtype, shape)
    for x in (at((6, 40, 5)), at((5, 6, 40)).transpose(2, 0, 1), at((40, 60))[::-1, ::-2], at((40, 60)).T, at((7, 300))[:, ::3],
              np.broadcast_to(at((40, 1)), (40, 6)), at((2, 3, 4, 5)).transpose(3, 1, 0, 2), at((300, 37))):
        for axis in range(-1, x.ndim):
            what = f"{dtype} {x.shape} {x.strides} {axis}"
            ours, expected = bl.sort(bl.asarray(x), axis), np.sort(x, axis, stable=True)
            same_bits(ours, expected, what)
            assert ours.strides == expected.strides, what
            ours, expected = bl.argsort(bl.asarray(x), axis), np.argsort(x, axis, stable=True)
            check(ours, expected, what=what)
            assert ours.strides == expected.strides, what


def values_of(dtype, shape):
    count = int(np.prod(shape))
    if dtype.startswith("complex"):
        return (values("float32", count) + 1j * values("float32", count, 1)).astype(dtype).reshape(shape)
    return values(dtype, count).reshape(shape)


def test_long_columns():
    x = np.random.default_rng(0).standard_normal((LONG + 3, 3))
    check(bl.sort(bl.asarray(x), 0), np.sort(x, 0))
    check(bl.argsort(bl.asarray(x), 0), np.argsort(x, 0))
    check(bl.sort(bl.asarray(x.T.copy()), 1), np.sort(x.T, 1))
    check(bl.sort(bl.asarray(x.astype("complex64")), 0), np.sort(x.astype("complex64"), 0))


def check_places(x, kth, axis, places):
    """`places` holds those that sorting would bring to kth there, and only smaller ones before and larger ones behind."""
    order = np.argsort(x, axis, stable=True)
    assert places.dtype == np.int64 and places.shape == x.shape
    np.testing.assert_array_equal(np.sort(places, axis), np.sort(order, axis))
    ranks = np.moveaxis(np.take_along_axis(np.argsort(order, axis), places, axis), axis, -1)
    for k in np.array(kth) % x.shape[axis]:
        assert (ranks[..., k] == k).all() and (ranks[..., :k] < k).all() and (ranks[..., k + 1:] > k).all()


def check_parts(x, kth, axis, parts):
    """The same for values, of which NumPy's unstable sort of float16 mistakes subnormal ones for zeros."""
    expected = np.sort(x, axis, stable=True)
    assert (parts.dtype, parts.shape) == (x.dtype, x.shape)
    for k in np.array(kth) % x.shape[axis]:
        np.testing.assert_array_equal(np.take(parts, k, axis), np.take(expected, k, axis))
        for ours, numpys in zip(np.split(parts, [k], axis), np.split(expected, [k], axis), strict=True):
            np.testing.assert_array_equal(np.sort(ours, axis, stable=True), numpys)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("dtype", ALL)
def test_partition(dtype):
    cases = [(draw(dtype, size), kth, 0) for size in (5, 7, 1000, LONG + 77) for kth in ([0], [size // 2], [-1], [size // 3, -1, 0])]
    cases += [(draw(dtype, LONG + 7, 3), [LONG // 2], 0), (draw(dtype, LONG), list(range(0, LONG, 9999)), 0)]
    x = draw(dtype, 600)
    cases += [(x.reshape(6, 20, 5), [3, 2], axis) for axis in (0, 1, 2, -1)] + [(x[::-2].reshape(30, 10).T, [4], 0)]
    for x, kth, axis in cases:
        parts = bl.partition(bl.asarray(x), kth, axis)
        check_parts(x, kth, axis, np.asarray(parts))
        check_places(x, kth, axis, np.asarray(bl.argpartition(bl.asarray(x), kth, axis)))
        assert parts.strides == np.partition(x, kth, axis).strides
        assert sorted(bits(np.asarray(parts)).ravel().tolist()) == sorted(bits(x).ravel().tolist())


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("dtype", ALL)
def test_topk(dtype):
    for x, axis in ((draw(dtype, 1000, 40), -1), (draw(dtype, LONG + 9), 0), (draw(dtype, 600, 9).reshape(4, 30, 5), 1),
                    (draw(dtype, 60).reshape(4, 15).T, 0)):
        for largest in (True, False):
            extent = x.shape[axis]
            order = np.argsort(x, axis, stable=True)
            if largest:
                order = extent - 1 - np.flip(np.argsort(np.flip(x, axis), axis, stable=True), axis)
            for k in (0, 1, 5, extent):
                top = bl.topk(bl.asarray(x), k, axis, largest)
                places = np.take(order, range(k), axis)
                check(top.indices, places)
                same_bits(top.values, np.take_along_axis(x, places, axis), f"{dtype} {x.shape} {k}")
    assert type(top).__name__ == "TopKResult"


def test_topk_without_an_axis_and_wrong_ones():
    x = np.array([[3.0, np.nan, 1], [np.inf, 3, 0]])
    check(bl.topk(x, 4, axis=None).indices, np.array([1, 3, 0, 4]))
    check(bl.topk(x, 2, axis=None, largest=False).values, np.array([0.0, 1]))
    for wrong, error in (((x, 4), ValueError), ((x, -1), ValueError), ((x, 1.5), TypeError), ((x, True), TypeError),
                         ((x, 1, 2), np.exceptions.AxisError), ((3.0, 1), np.exceptions.AxisError), ((x, None), TypeError)):
        with pytest.raises(error):
            bl.topk(*wrong)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_lexsort():
    for size in (5, 30, 1000, LONG + 5):
        for dtypes in (ALL, ALL[::-1], ["int8", "float64", "bool"], ["complex64", "uint64"], ["float32"]):
            keys = [draw(dtype, size, 5, seed) for seed, dtype in enumerate(dtypes)]
            check(bl.lexsort([bl.asarray(key) for key in keys]), np.lexsort(keys), what=f"{size} {dtypes}")
    keys = [draw(dtype, 600, 3).reshape(6, 20, 5) for dtype in ("int32", "float16", "bool")]
    for axis in (-1, 0, 1, 2):
        ours, expected = bl.lexsort(keys, axis), np.lexsort(keys, axis)
        check(ours, expected)
        assert ours.strides == expected.strides
    check(bl.lexsort([key.transpose(2, 0, 1)[::-1] for key in keys], 1), np.lexsort([key.transpose(2, 0, 1)[::-1] for key in keys], 1))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("dtype", ALL)
def test_unique_along_an_axis(dtype):
    x = draw(dtype, 600, 3)
    for array in (x.reshape(150, 4), x.reshape(4, 150), x.reshape(30, 4, 5), x.reshape(300, 2).T, x.reshape(60, 10)[::-2, ::3]):
        if dtype in ("float16", "float32", "float64", "complex64", "complex128"):
            array = np.nan_to_num(array, nan=7, posinf=8, neginf=9)
        for axis in range(-1, array.ndim):
            expected = np.unique(array, True, True, True, axis=axis)
            got = bl.unique(bl.asarray(array), True, True, True, axis=axis)
            for ours, numpys in zip(got, expected, strict=True):
                check(ours, numpys, signed_zeros=False, what=f"{dtype} {array.shape} {axis}")
            check(bl.unique(bl.asarray(array), axis=axis), expected[0], signed_zeros=False)


def test_unique_rows_with_nans():
    x = np.array([[np.nan, 1], [np.nan, 1], [0, np.nan], [-0.0, np.nan], [0, 1], [-0.0, 1], [np.inf, 2]])
    for equal_nan in (True, False):
        for ours, numpys in zip(bl.unique(x, True, True, True, 0, equal_nan=equal_nan),
                                np.unique(x, True, True, True, 0, equal_nan=equal_nan), strict=True):
            check(ours, numpys, signed_zeros=False)
    x = np.random.default_rng(0).integers(0, 3, (LONG + 1, 4))
    for ours, numpys in zip(bl.unique(x, True, True, True, axis=0), np.unique(x, True, True, True, axis=0), strict=True):
        check(ours, numpys)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("dtype", ALL)
def test_searchsorted(dtype):
    for size in (0, 1, 2, 3, 31, 1000, 70_001):
        line = np.sort(draw(dtype, size), kind="stable")
        shuffled = np.random.default_rng(size).permutation(size)
        back = np.argsort(shuffled, kind="stable")
        for keys in (draw(dtype, 3000, seed=1), np.sort(draw(dtype, 3000, seed=2)), line[::-1], draw(dtype, 5, seed=3).reshape(5, 1)):
            for side in ("left", "right"):
                what = f"{dtype} {size} {side}"
                expected = np.searchsorted(line, keys, side)
                check(bl.searchsorted(bl.asarray(line), bl.asarray(keys), side), expected, what=what)
                check(bl.asarray(line[shuffled]).searchsorted(bl.asarray(keys), side, sorter=bl.asarray(back)), expected, what=what)


@pytest.mark.parametrize("pair", [("int8", "uint8"), ("int64", "uint64"), ("float32", "int64"), ("bool", "float16"), ("complex64", "float64")])
def test_searchsorted_promotes(pair):
    line, keys = np.sort(make(pair[0], "long", special=False)), make(pair[1], "matrix", special=False)
    for a, v in ((line, keys), (np.sort(keys.ravel()), line)):
        check(bl.searchsorted(a, v), np.searchsorted(a, v))


@pytest.mark.parametrize("dtype", ALL)
def test_sets_of_many(dtype, threads):
    rng = np.random.default_rng(0)
    span = 1 if dtype == "bool" else 100 if dtype.endswith("int8") else 30_000
    for spread in (1, 1_000_003):
        x, y = ((rng.integers(0, span + 1, size) * (spread if dtype in ("int64", "uint64", "float64") else 1)).astype(dtype)
                for size in (200_001, 150_000))
        for count in (1, 3):
            threads(count)
            for name in ("isin", "union1d", "intersect1d", "setdiff1d", "setxor1d"):
                check(getattr(bl, name)(bl.asarray(x), bl.asarray(y[::2])), getattr(np, name)(x, y[::2]), what=f"{name} {dtype}")
            for ours, numpys in zip(bl.intersect1d(x, y, return_indices=True), np.intersect1d(x, y, return_indices=True), strict=True):
                check(ours, numpys)


def test_asks_before_it_allocates():
    x = bl.asarray(np.arange(1_000_000.0))
    for sort in (bl.sort, bl.argsort, lambda x: bl.topk(x, 3), lambda x: bl.partition(x, 3), bl.unique, lambda x: bl.lexsort([x]),
                 lambda x: bl.searchsorted(x, x), lambda x: bl.isin(x, x), lambda x: bl.sort(x.reshape(1000, 1000), axis=0)):
        bl.eval(x)
        with bl.memory_budget(1_000_000), pytest.raises(MemoryError):
            bl.eval(sort(x))
