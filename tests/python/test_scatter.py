"""Writes by index arrays and masks that wait for their evaluation: NumPy's values, nothing computed before it is asked for,
and errors that name the line."""

import gc
import warnings

import numpy as np
import pytest

import broadloom as bl

DTYPES = ["float64", "float32", "int8", "bool", "complex128", "float16"]


def pair(shape, dtype="float64", order="C"):
    x = np.asarray(np.arange(np.prod(shape)).reshape(shape) % 97, dtype=dtype, order=order)
    return x, bl.asarray(x, copy=True)


def check(x, y):
    y = np.asarray(y)
    assert y.dtype == x.dtype and y.shape == x.shape
    np.testing.assert_array_equal(y, x)


KEYS = [
    lambda i: i,
    lambda i: (slice(None), i),
    lambda i: (slice(None), slice(1, None), i),
    lambda i: (i, slice(None), i[::-1]),
    lambda i: (slice(None, None, 2), i),
    lambda i: (i[:, None], i[:2]),
    lambda i: (1, slice(None), i),
    lambda i: (Ellipsis, i, None),
    lambda i: i.reshape(2, 2),
]


@pytest.mark.parametrize("order", "CF")
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("pending", ["value", "indices", "target", "all"])
@pytest.mark.parametrize("number", range(len(KEYS)))
def test_pending(number, pending, dtype, order):
    x, y = pair((4, 5, 4), dtype, order)
    if pending in ("target", "all"):
        x, y = (x == 3, y == 3) if dtype == "bool" else (x * x.dtype.type(2), y * 2)
    i = np.array([0, -1, 0, 2])
    j = bl.array(i)
    if pending in ("indices", "all"):
        j = j + 0
    part = x[KEYS[number](i)]
    value, other = part[..., ::-1], bl.array(part.copy())[..., ::-1]
    if pending in ("value", "all"):
        value, other = (~value, ~other) if dtype == "bool" else (value + value, other + other)
    old, kept = x[0] * 1, y[0] * 1
    x[KEYS[number](i)] = value
    y[KEYS[number](j)] = other
    check(x, y)
    check(old, kept)


@pytest.mark.parametrize("dtype", DTYPES)
def test_through_views(dtype):
    for view in (lambda a: a.T, lambda a: a[::-2], lambda a: a.reshape(10, 3), lambda a: a[1:, 1:].T, lambda a: a.ravel()):
        x, y = pair((6, 5), dtype)
        i, v = np.array([2, 0, 2]), np.array([1, 2, 3], dtype=dtype)
        seen = y + y
        view(x)[i] = v[0]
        view(y)[bl.array(i) + 0] = bl.array(v)[0]
        view(x)[..., i[:1]] = v[1]
        view(y)[..., bl.array(i[:1]) + 0] = bl.array(v)[1]
        check(x, y)
        check(np.asarray(seen), pair((6, 5), dtype)[1] + pair((6, 5), dtype)[1])


def test_the_last_of_two_values_stays():
    x, y = pair((10,))
    i = np.array([3, 3, -7, 5, 3])
    x[i] += np.arange(5.0)
    y[bl.array(i)] += bl.arange(5.0) * 1
    check(x, y)


def test_values_from_the_array_itself():
    for n in (10, 100_000):
        x, y = pair((n,))
        i = np.random.default_rng(3).permutation(n)
        j = bl.array(i)
        x[i] = x[::-1] * 2
        y[j] = y[::-1] * 2
        x[i] = x[::-1]
        y[j] = y[::-1]
        check(x, y)
        order = np.arange(n)
        same = bl.array(order)
        order[order[::-1]] = order
        same[same[::-1]] = same
        check(order, same)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("order", "CF")
def test_masks(dtype, order):
    for known in (True, False):
        for key in (lambda m: m, lambda m: m[:, 0], lambda m: (m[:, 0], slice(1, 3))):
            x, y = pair((4, 6), dtype, order)
            m = x != x[1, 1]
            n = bl.array(m) if known else y != y[1, 1]
            count = x[key(m)].shape
            value = np.ones(count, dtype=dtype)
            x[key(m)] = value
            y[key(n)] = bl.array(value) * bl.array(value)
            check(x, y)


def test_nothing_is_computed_before_it_is_asked_for():
    x, y = np.arange(1000.0), bl.array(np.arange(1000.0))
    i = bl.array(np.arange(0, 1000, 3))
    before = bl.cache_info()
    y[i] += 1
    y[i + 1 - 1] = bl.arange(334.0) * 2
    y[y > 500] = bl.arange(415.0) + 1
    y[::2][i[:9]] -= y[i[:9]]
    assert bl.cache_info() == before and not y._is_evaluated
    x[::3] += 1
    x[::3] = np.arange(334.0) * 2
    x[x > 500] = np.arange(np.sum(x > 500)) + 1
    x[::2][:25:3] -= x[:25:3]
    check(x, y)


def test_indices_out_of_bounds():
    x = bl.zeros(5)
    with pytest.raises(IndexError, match="index 5 is out of bounds for axis 0 with size 5"):
        x[bl.array([0, 5])] = bl.ones(2) * 2
    with pytest.raises(IndexError, match="index -6 is out of bounds for axis 0 with size 5"):
        (x * 1)[bl.array([0, -6])] = 1
    y = bl.zeros((3, 5)) + 0
    y[1, bl.array([0, 4]) + 1] = 3
    with pytest.raises(IndexError, match=r"index 5 is out of bounds for axis 1 with size 5 \(.*test_scatter.py:\d+\)"):
        bl.eval(y)
    with pytest.raises(IndexError, match="out of bounds for axis 0 with size 0"):
        bl.zeros((0, 2))[bl.array([0])] = bl.ones(2) * 1


def test_masks_that_are_not_like_rows():
    x = bl.zeros(5)
    x[x == 0] = bl.ones(4) * 2
    with pytest.raises(ValueError, match=r"cannot assign 4 input values to the 5 output values .*\(.*test_scatter.py:\d+\)"):
        bl.eval(x)
    y = bl.ones(5)
    with pytest.raises(ValueError):
        y[bl.array([True, False, True, False, False])] = bl.ones(4) * 2
    np.testing.assert_array_equal(np.asarray(y), np.ones(5))


def test_nothing_is_overwritten_where_an_index_is_wrong():
    x = bl.array(np.arange(1 << 17, dtype=float))
    i = np.zeros(5000, dtype=int)
    lent = bl.asarray(i)
    x[lent] += 1
    i[7] = 1 << 17
    with pytest.raises(IndexError):
        bl.eval(x)
    i[7] = 3
    assert float(x[3]) == 4 and float(x[0]) == 1


def test_in_place():
    """What the array was is gone: its memory is written to, and only the new values take some."""
    n = 1 << 18
    x, i = bl.array(np.arange(float(n))), bl.array(np.arange(0, n, 8))
    gc.collect()
    before = bl.memory_info().live
    bl.reset_peak()
    x[i] += 1
    bl.eval(x)
    assert bl.memory_info().peak - before <= n // 8 * 8 + 4096
    expected = np.arange(float(n))
    expected[::8] += 1
    check(expected, x)


def test_explained():
    x, i = bl.array(np.arange(1 << 17, dtype=float)), bl.array(np.arange(5000))
    seen = x * 2
    x[i] += 1
    assert "1 MiB, what scatter writes to, float64[131072]: its old value is still wanted" in bl.explain(x)
    assert float(seen[1]) == 2 and float(x[1]) == 2


@pytest.mark.parametrize("statement", [
    "v[[0]] = m.ones(3) * 5", "v[i + 0] = 5", "v[[0]] += 1", "v[k] = 9", "v[k] = m.ones((1, 3)) * 7", "v[v > 2] = 1", "v[v > 2] *= 2",
    "m.copyto(v, 5, where=k[:, None])", "v[:, k[:3]] = 4", "v[0][v[0] > 0] = 7"])  # fmt: skip
def test_through_windows_that_overlap(statement):
    """Only what is picked is stored."""
    results = []
    for m in (np, bl):
        d = m.asarray(np.arange(6.0)) + 0
        names = {"m": m, "i": m.asarray(np.array([0])), "k": m.asarray(np.array([True, False, False, False]))}
        exec(statement, names | {"v": m.lib.stride_tricks.sliding_window_view(d, 3, writeable=True)})
        results.append(np.asarray(d))
    np.testing.assert_array_equal(*results)


def test_pending_places_need_no_copy():
    n = 1 << 18
    x, i = bl.array(np.arange(float(n))), bl.array(np.arange(0, n, 8))
    y, v = bl.array(np.arange(float(n))), bl.array(np.ones(n - 6))
    gc.collect()
    before = bl.memory_info().live
    bl.reset_peak()
    x[i + 0] += 1
    bl.eval(x)
    assert bl.memory_info().peak - before <= 2 * (n // 8 * 8) + 4096
    gc.collect()
    before = bl.memory_info().live
    bl.reset_peak()
    y[y > 5] = v
    assert "copies" not in bl.explain(y)
    bl.eval(y)
    assert bl.memory_info().peak - before <= n + 4096
    assert float(x[8]) == 9 and float(y[6]) == 1 and float(y[5]) == 5


def test_indices_are_no_numbers_that_lose_digits():
    bl.set_precision_warnings(True)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            x = bl.array(np.arange(8.0))
            x[bl.array([0, 1]) + 0] = 1.0
            bl.eval(x)
    finally:
        bl.set_precision_warnings(False)
