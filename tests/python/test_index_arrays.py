"""Index arrays and masks against NumPy: keys at random, and what is special about some."""

import threading

import numpy as np
import pytest

import broadloom as bl
from comparing import DTYPES, check, check_same, values

INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]


def index_array(rng, extent, shape, wrong):
    """Integers of any dtype, as an array of either library, strided or not, or as lists; `wrong`: at times out of range."""
    dtype = np.dtype(rng.choice(INTEGERS))
    low = -extent if dtype.kind == "i" else 0
    high = extent + 1 if wrong and rng.random() < 0.1 else extent
    which = rng.integers(low, max(high, low + 1), shape).astype(dtype)
    form = rng.integers(0, 6)
    if form == 0:
        return which.tolist()
    if form == 1:
        return np.repeat(which, 2, axis=-1)[..., ::2] if which.ndim else which
    if form == 2:
        return np.asfortranarray(which)
    return which


def mask(rng, shape, wrong):
    if wrong and rng.random() < 0.1:
        shape = tuple(extent + 1 for extent in shape)
    chosen = rng.random(shape) < rng.choice([0, 0.2, 0.5, 0.9, 1])
    return chosen.tolist() if rng.random() < 0.2 else np.asarray(chosen)


def piece(rng, extents, common, wrong):
    """One item of a key, and how many axes it takes."""
    kind = rng.integers(0, 10)
    if kind < 4:
        shape = tuple(rng.choice([1, extent]) for extent in common[rng.integers(0, len(common) + 1):])
        return index_array(rng, extents[0], shape, wrong), 1
    if kind == 4:
        axes = int(rng.integers(1, len(extents) + 1))
        return mask(rng, extents[:axes], wrong), axes
    if kind == 5 and extents[0]:
        return int(rng.integers(-extents[0], extents[0])), 1
    ends = [None, None, 0, 1, 2, -1, -2, 7]
    return slice(rng.choice(ends), rng.choice(ends), rng.choice([None, 1, 2, -1, -2])), 1


def random_key(rng, shape, wrong):
    common = tuple(int(extent) for extent in rng.choice([1, 2, 3, 4, 0], rng.integers(0, 3), p=[0.2, 0.3, 0.3, 0.17, 0.03]))
    items, axis = [], 0
    while axis < len(shape) and rng.random() < 0.8:
        item, taken = piece(rng, shape[axis:], common, wrong)
        items.append(item)
        axis += taken
    for extra, chance in ((None, 0.2), (Ellipsis, 0.3), (True, 0.05), (np.array(True), 0.03), (False, 0.02)):
        if rng.random() < chance:
            items.insert(rng.integers(0, len(items) + 1), extra)
    return tuple(items) if len(items) != 1 or rng.random() < 0.5 else items[0]


def ours(rng, item):
    """The same key, some of whose arrays are ours, ready or pending."""
    if isinstance(item, tuple):
        return tuple(ours(rng, one) for one in item)
    if not isinstance(item, np.ndarray) or rng.random() < 0.4:
        return item
    array = bl.asarray(item)
    return array if rng.random() < 0.5 or item.ndim == 0 else (bl.logical_not(~array) if item.dtype == bool else array + 0)


SOURCES = {
    "lent": lambda x: (bl.asarray(x), x),
    "owned": lambda x: (bl.asarray(x.copy(), copy=True), x),
    "pending": lambda x: (bl.where(True, x, x), x),
    "transposed": lambda x: (bl.asarray(x).T, x.T),
    "strided": lambda x: (bl.asarray(x)[..., ::-1][::2], x[..., ::-1][::2]),
    "broadcast": lambda x: (bl.broadcast_to(x, (3,) + x.shape), np.broadcast_to(x, (3,) + x.shape)),
    "pending view": lambda x: (bl.where(True, x, x)[..., :2].T, x[..., :2].T),
}


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("seed", range(100))
def test_random_keys(seed, source):
    rng = np.random.default_rng([seed, len(source)])
    shape = tuple(int(extent) for extent in rng.choice([1, 2, 3, 4, 5, 0], rng.integers(1, 5), p=[0.1, 0.2, 0.2, 0.3, 0.17, 0.03]))
    x, y = SOURCES[source](values(rng.choice(DTYPES), int(np.prod(shape))).reshape(shape))
    for _ in range(6):
        key = random_key(rng, y.shape, wrong=rng.random() < 0.3)
        check_same(lambda: x[ours(rng, key)], lambda: y[key], what=repr(key))


@pytest.mark.parametrize("dtype", ["complex64", "complex128", "bfloat16"])
def test_other_elements(dtype):
    x = np.arange(24).reshape(4, 6).astype("float32") + (1j if dtype[0] == "c" else 0)
    x = np.asarray(bl.asarray(x).astype(dtype))
    for key in ([2, -1], (slice(None), [[0], [5]]), x.real > 7, (slice(1, 3), x.real[0] < 3), ([3, 0], [1, 1])):
        result = bl.asarray(x)[key]
        assert result.dtype == x.dtype and np.array_equal(np.asarray(result), x[key])


# --- Messages ------------------------------------------------------------------------------------

X = np.arange(24.0).reshape(4, 2, 3)
MESSAGES = [
    [0, 5], [0, -5], (slice(None), [0, 5]), (slice(None), None, [0, 5]), (7, [0, 1]), ([0, 1], 7), ([0, 9], [0, 9]),
    ([[0, 1]], [0, 1, 2]), (slice(0, 0), [5]), ([], 7), [1.0], np.array([1.0]), np.float64(1), ["a"], "a", {}, [None], 1j,
    np.array([0], dtype=object), np.array(["a"]), np.zeros(4, "float16"), [2**63], np.zeros((4, 3), bool),
    (slice(None), np.zeros((4, 3), bool)), (np.ones((4, 2), bool), [0] * 7), ([0], [0], [0], [0]), (Ellipsis, [0], Ellipsis),
    (None,) * 63 + ([0],), (False, [0, 1]), [[True, False]], np.zeros((4, 2, 3, 1), bool),
]


@pytest.mark.parametrize("key", MESSAGES, ids=str)
def test_messages(key):
    with pytest.raises(IndexError) as expected:
        X[key]
    with pytest.raises(IndexError) as raised:
        bl.asarray(X)[key]
    assert str(raised.value).strip() == str(expected.value).strip()


def test_ragged_lists():
    check_same(lambda: bl.asarray(X)[[[1, 2], [3]]], lambda: X[[[1, 2], [3]]])
    check_same(lambda: bl.asarray(X)[slice(None, None, 0), [0]], lambda: X[slice(None, None, 0), [0]])


def test_empty_axes():
    for shape, key in [((3, 0), [5]), ((0, 3), [0]), ((0, 3), []), ((0, 3), (slice(None), [0])), ((0, 3), (slice(None), [4])),
                       ((3, 0), np.zeros(0, int)), ((2, 0), np.zeros((2, 0), bool)), ((5,), np.zeros(0, bool)),
                       ((0, 4), np.zeros((0, 3), bool)), ((4, 0, 2), ([1, 7],)), ((4, 0, 2), (slice(None), slice(None), [1, 1]))]:
        check_same(lambda: bl.zeros(shape)[key], lambda: np.zeros(shape)[key], what=f"{shape} {key}")


# --- What the result is --------------------------------------------------------------------------

def test_results_are_fresh():
    lent = np.arange(6.0)
    x = bl.asarray(lent)
    for key in ([0, 1], True, lent >= 0, ([0, 1], None)):
        result = x[key]
        bl.eval(result)
        assert not np.shares_memory(np.asarray(result), lent)
    rows = bl.asarray(lent.reshape(2, 3))
    assert not np.shares_memory(np.asarray(rows[np.array(1)]), lent)   # NumPy copies, too
    assert np.shares_memory(np.asarray(rows[np.int64(1)]), lent)


def test_large_masks_and_indices():
    rng = np.random.default_rng(0)
    for dtype in ("uint8", "int16", "float32", "float64", "complex128"):
        x = rng.integers(0, 100, 300_001).astype(dtype)
        for part in (0, 0.001, 0.5, 0.999, 1):
            chosen = rng.random(x.size) < part
            check(bl.asarray(x)[chosen], x[chosen])
            check(bl.asarray(x)[1:][bl.asarray(chosen)[1:]], x[1:][chosen[1:]])
        which = rng.integers(-x.size, x.size, 200_000)
        check(bl.asarray(x)[which], x[which])
    x, chosen = rng.random((1000, 300)), rng.random((1000, 300)) < 0.3
    check(bl.asarray(x).T[chosen.T], x.T[chosen.T])
    check((bl.asarray(x) * 2)[bl.asarray(x) > 0.5], (x * 2)[x > 0.5])
    check(bl.asarray(x)[chosen[:, 0]], x[chosen[:, 0]])
    check(bl.asarray(x)[:, chosen[0]], x[:, chosen[0]])


def test_in_other_functions():
    x = np.arange(12.0).reshape(3, 4)
    for m in (bl, np):
        y = m.asarray(x)
        assert float(m.sum(y[[0, 2]][:, [1, 1]] * 2)) == 40
        assert m.asarray(x)[m.asarray([[0], [1]]), [2, 3]].tolist() == [[2, 3], [6, 7]]
    assert [row.tolist() for row in bl.asarray(x)[[2, 0]]] == [x[2].tolist(), x[0].tolist()]


def test_from_several_threads():
    x = bl.arange(100_000, dtype="float64") * 2
    which = np.arange(0, 100_000, 7)
    sums = []

    def work():
        sums.append(float(bl.sum(x[which] + x[x > 1000][:10].sum())))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(sums)) == 1
