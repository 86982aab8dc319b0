"""Index arrays and masks against NumPy: keys at random, and what is special about some."""

import threading
import warnings

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


# --- Picked lazily, and checked by the kernel that picks -------------------------------------------

MANY = 100_000  # more than are looked at where they are written


def test_one_kernel_for_indices_and_what_they_pick():
    x, i, b = (bl.asarray(np.arange(1000.0)), bl.asarray(np.arange(MANY) % 7), bl.asarray(np.ones(MANY)))
    text = bl.explain(x[i * 3 + 1] * b + 2)
    assert text.count("over [") == 1 and "multiply add gather multiply add" in text and "stored between" not in text
    text = bl.explain(bl.sum(bl.sqrt(x)[i]))  # what is picked from is computed first
    assert text.count("over [") == 2 and "stored between steps: float64[1000]" in text


def pending(array):
    return bl.where(True, array, array)


def line_of(function):
    return f"{__file__}:{function.__code__.co_firstlineno}"


FAULTS = {
    "many": (lambda x, which: x[which], np.r_[np.zeros(MANY, int), 12, -99], "index 12 is out of bounds for axis 0 with size 10"),
    "pending": (lambda x, which: x[pending(which)], np.array([1, -11, 12]), "index -11 is out of bounds for axis 0 with size 10"),
    "rows": (lambda x, which: bl.expand_dims(x, 0)[:, pending(which)], np.array([1, 10]),
             "index 10 is out of bounds for axis 1 with size 10"),
    "take": (lambda x, which: bl.take(x, pending(which)), np.array([1, 10], "uint8"), "index 10 is out of bounds for axis 0 with size 10"),
    "along": (lambda x, which: bl.take_along_axis(x, pending(which), 0), np.array([1, 10]),
              "index 10 is out of bounds for axis 0 with size 10"),
    "computed": (lambda x, which: x[(x[which] * 20).astype(int)], np.array([0, 3]), "index 60 is out of bounds for axis 0 with size 10"),
    "nested": (lambda x, which: x[x[pending(which)].astype(int) * 50], np.array([1, 17]),
               "index 17 is out of bounds for axis 0 with size 10"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_faults_are_found_by_the_kernel(name):
    pick, which, message = FAULTS[name]
    x = bl.asarray(np.arange(10.0))
    picked = pick(x, bl.asarray(which))                   # raises nothing yet
    wanted = bl.sum(picked) + 1
    for _ in range(2):                                    # nothing was changed: it fails again
        with pytest.raises(IndexError) as raised:
            bl.eval(wanted)
        assert str(raised.value) == f"{message} ({line_of(pick)})"
    assert float(bl.sum(x)) == 45


def test_a_fault_is_no_floating_point_error():
    x, which = bl.asarray(np.array([0.0, 1.0])), bl.asarray(np.r_[np.zeros(MANY, int), 5])
    for mode in ("warn", "raise"):
        with bl.errstate(divide=mode), warnings.catch_warnings():
            warnings.simplefilter("error")
            with pytest.raises(IndexError, match="index 5 is out of bounds"):
                bl.eval(1 / x[which])


def test_few_known_indices_are_refused_where_they_are_written():
    x = bl.asarray(np.arange(10.0))
    for which in ([10], np.array([3, -11], "int8"), bl.asarray(np.zeros((60, 60), int) + 10)[::2]):
        with pytest.raises(IndexError, match=r"is out of bounds for axis 0 with size 10$"):
            x[which]
    with pytest.raises(IndexError, match="index 0 is out of bounds for axis 0 with size 0"):
        bl.zeros(0)[pending(bl.asarray([0]))]             # whatever it is
    with pytest.raises(IndexError, match="index 4 is out of bounds for axis 0 with size 3"):
        bl.zeros((3, 0))[pending(bl.asarray([4]))]        # no kernel would look


def test_lent_indices_that_change():
    x, which = bl.asarray(np.arange(10.0)), np.zeros(20, int)
    value = x[which]
    which[3] = 10
    with pytest.raises(IndexError, match="index 10 is out of bounds"):
        bl.eval(value)
    which[3] = 9
    assert value.tolist() == [9 if i == 3 else 0 for i in range(20)]


def test_modes_of_take():
    x, which = np.arange(12.0).reshape(3, 4) + 0.5, np.array([[-9, 2], [7, 100]])
    for mode in ("wrap", "clip"):
        for axis in (None, 0, 1):
            for dtype in ("int8", "int64"):
                index = which.astype(dtype)
                check(bl.take(bl.asarray(x) * 2, pending(index), axis, mode=mode), np.take(x * 2, index, axis, mode=mode))


def test_views_of_what_is_picked():
    x, which = np.arange(60.0).reshape(4, 5, 3), np.array([[3, 0, -1], [1, 1, 2]])
    for view in (lambda t: t.T, lambda t: t[:, ::-1, 1:], lambda t: t.reshape(6, -1), lambda t: t.sum(axis=(0, 2)), lambda t: t[0, :, 2, 1],
                 lambda t: t[..., None, :].sum(1), lambda t: t.max(axis=(2, 3)), lambda t: t.mean(axis=1) * 2, lambda t: t.std(),
                 lambda t: (t - t.mean(-1, keepdims=True)) / t.shape[0], lambda t: t.argmax(1), lambda t: t.reshape(-1)[::7]):
        for source in (lambda y: y, lambda y: y * 2 + 1):
            ours, numpys = view(source(bl.asarray(x))[bl.asarray(which)]), view(source(x)[which])
            check(ours, numpys, most_ulps=4)


# --- Random programs that pick ---------------------------------------------------------------------

def pick_one(rng, x, y):
    """In both libraries: by an index array along an axis, by two, by a mask, or along lines."""
    kind, axis = rng.integers(0, 4), int(rng.integers(0, y.ndim))
    shape = tuple(rng.integers(1, 4, rng.integers(0, 3)))
    which = rng.integers(-y.shape[axis], y.shape[axis], shape)
    lazily = (lambda i: pending(bl.asarray(i))) if rng.random() < 0.5 else (lambda i: i)
    if kind == 0 and which.ndim:
        key = (slice(None),) * axis
        return x[(*key, lazily(which))], y[(*key, which)]
    if kind == 1 and y.ndim > 1 and which.ndim:
        other = rng.integers(0, y.shape[-1 - (axis == y.ndim - 1)], shape)
        where = {axis: which, (y.ndim - 1 - (axis == y.ndim - 1)): other}
        key = [where.get(i, slice(None)) for i in range(y.ndim)]
        return x[tuple(lazily(k) if isinstance(k, np.ndarray) else k for k in key)], y[tuple(key)]
    if kind == 2:
        return x[x > np.median(y)], y[y > np.median(y)]
    order = np.argsort(y, axis=axis, kind="stable")[(slice(None),) * axis + (slice(None, None, 2),)]
    return bl.take_along_axis(x, lazily(order), axis), np.take_along_axis(y, order, axis)


def test_masks_picked_from_several_arrays():
    rng = np.random.default_rng(0)
    a, b = rng.random((3, 4, 5)) < 0.5, rng.random((3, 6, 7)) < 0.5
    places = np.array([0, 3, 1, 3])
    for picked in ((slice(None), places, 2), (slice(None), 3, places)):
        check((bl.asarray(a)[picked] & bl.asarray(b)[picked]).T, (a[picked] & b[picked]).T)
        check(~bl.asarray(a)[picked] | (bl.asarray(b)[picked] ^ True), ~a[picked] | (b[picked] ^ True))



@pytest.mark.parametrize("seed", range(150))
def test_random_programs(seed):
    rng = np.random.default_rng(seed)
    y = rng.integers(-50, 50, rng.integers(1, 6, rng.integers(1, 4))).astype(rng.choice(["float64", "float32", "int64", "int16"]))
    x = bl.asarray(y)
    for _ in range(int(rng.integers(2, 9))):
        kind = rng.integers(0, 8)
        if y.size == 0 or y.ndim == 0 or y.ndim > 5:
            break
        if kind < 4:
            x, y = pick_one(rng, x, y)
        elif kind == 4:
            x, y = x + x[..., ::-1], y + y[..., ::-1]
        elif kind == 5:
            axis = int(rng.integers(0, y.ndim))
            x, y = x - x.max(axis=axis, keepdims=True), y - y.max(axis=axis, keepdims=True)
        elif kind == 6:
            x, y = x.T * 3, y.T * y.dtype.type(3)
        else:
            x, y = x.reshape(-1, y.shape[-1]), y.reshape(-1, y.shape[-1])
    check(x, y)


@pytest.mark.parametrize("dtype", ["float32", "int32", "uint32", "uint8", "int8", "float64", "int16", "complex64", "bool"])
@pytest.mark.parametrize("entries", [1, 3, 255, 256, 257, 1000])
def test_tables_that_bytes_pick_from(dtype, entries):
    """As many as there are bytes, fewer and more."""
    rng = np.random.default_rng(entries)
    table = (rng.standard_normal(entries) * 100).astype(dtype)
    for shape in [(7,), (64,), (1000,), (33, 130)]:
        image = rng.integers(0, min(entries, 256), shape).astype("uint8")
        ours = bl.asarray(table)[bl.asarray(image)]
        np.testing.assert_array_equal(np.asarray(ours), table[image], strict=True)
        np.testing.assert_array_equal(np.asarray(bl.take(bl.asarray(table[::-1]), bl.asarray(image.T)) + 1), table[::-1][image.T] + 1)
    if entries < 256:
        outside = bl.asarray(np.full((40, 50), entries, "uint8"))
        for image in (outside, bl.bitwise_or(outside, outside)):
            with pytest.raises(IndexError, match=f"index {entries} is out of bounds for axis 0 with size {entries}"):
                np.asarray(bl.asarray(table)[image])


def test_rows_that_are_picked_from_a_large_table():
    rng = np.random.default_rng(0)
    table = rng.standard_normal((5000, 70)).astype("float32")
    for shape in [(300, 8), (301,), (5, 1), (1, 9)]:
        picks = rng.integers(-5000, 5000, shape)
        ours, theirs = bl.asarray(table)[bl.asarray(picks)], table[picks]
        np.testing.assert_array_equal(np.asarray(ours * 2), theirs * 2)
        np.testing.assert_allclose(np.asarray(ours.sum(0)), theirs.sum(0), rtol=1e-4, atol=1e-4)
        with pytest.raises(IndexError):
            np.asarray(bl.asarray(table)[bl.asarray(picks) * 0 + 5000])
