"""How results lie in memory: as NumPy's, whatever the operands' orders, steps and repeats."""

import re

import numpy as np
import pytest

import broadloom as bl


def steps(x):
    """Strides, of axes that have any steps."""
    return [stride for stride, extent in zip(x.strides, x.shape, strict=True) if extent > 1] if x.size else []


def facts(x):
    return x.shape, steps(x), x.flags.c_contiguous, x.flags.f_contiguous


def random_array(rng, rank=4):
    """Transposed, with steps, backwards, or with an axis that repeats its elements."""
    ndim = int(rng.integers(1, rank + 1))
    shape = tuple(int(n) for n in rng.integers(1, 5, size=ndim))
    x = np.arange(float(np.prod(shape))).reshape(shape)
    if rng.random() < 0.3:
        x = np.asfortranarray(x)
    if rng.random() < 0.6:
        x = x.transpose(rng.permutation(ndim))
    if rng.random() < 0.4:
        x = x[tuple(slice(None, None, int(rng.choice([1, -1, 2]))) for _ in x.shape)]
    if rng.random() < 0.4:
        axis = int(rng.integers(0, ndim))
        one = x[tuple(slice(0, 1) if i == axis else slice(None) for i in range(ndim))]
        x = np.broadcast_to(one, tuple(n if i != axis else int(rng.integers(1, 4)) for i, n in enumerate(x.shape)))
    return x


FUNCTIONS = {
    "sort": lambda m, x, axis: m.sort(x, axis=axis),
    "argsort": lambda m, x, axis: m.argsort(x, axis=axis),
    "partition": lambda m, x, axis: m.partition(x, 0, axis=axis),
    "argpartition": lambda m, x, axis: m.argpartition(x, 0, axis=axis),
    "copy": lambda m, x, axis: m.copy(x),
    "copy K": lambda m, x, axis: x.copy("K"),
    "copy C": lambda m, x, axis: x.copy(),
    "array": lambda m, x, axis: m.array(x),
    "astype": lambda m, x, axis: x.astype("float32"),
    "zeros_like": lambda m, x, axis: m.zeros_like(x),
    "full_like": lambda m, x, axis: m.full_like(x, 1),
    "cumsum": lambda m, x, axis: m.cumsum(x, axis=axis),
    "cumprod": lambda m, x, axis: m.cumprod(x, axis=axis),
    "add": lambda m, x, axis: x + 1,
    "where": lambda m, x, axis: m.where(x > 1, x, 0),
    "clip": lambda m, x, axis: m.clip(x, 0, 1),
    "round": lambda m, x, axis: m.round(x / 3, 1),
    "round integers": lambda m, x, axis: m.round(x.astype("int32"), -1),
    "round complex": lambda m, x, axis: m.round(x * (1 + 2j), 1),
    "cumulative_sum": lambda m, x, axis: m.cumulative_sum(x, axis=axis, include_initial=True),
    "cumulative_prod": lambda m, x, axis: m.cumulative_prod(x, axis=axis, include_initial=True),
    "gradient": lambda m, x, axis: m.gradient(x, axis=axis) if x.shape[axis] > 1 else x,
    "gradient of integers": lambda m, x, axis: m.gradient(x.astype("int32"), 2.0, axis=axis, edge_order=2) if x.shape[axis] > 2 else x,
    "unwrap": lambda m, x, axis: m.unwrap(x, axis=axis),
    "sum": lambda m, x, axis: m.sum(x, axis=axis),
    "argmin": lambda m, x, axis: m.argmin(x, axis=axis),
    "argmax keepdims": lambda m, x, axis: m.argmax(x, axis=axis, keepdims=True),
    "nanargmax": lambda m, x, axis: m.nanargmax(x, axis=axis),
    "argmax less": lambda m, x, axis: m.argmax(x, axis=axis) - m.argmin(x, axis=axis),
    "flip": lambda m, x, axis: m.flip(x, axis) + 0,
    "roll": lambda m, x, axis: m.roll(x, 1, axis=axis),
    "concat": lambda m, x, axis: m.concat([x, x], axis=axis),
    "diagonal": lambda m, x, axis: m.diagonal(x, 0, axis, axis - 1) if x.ndim > 1 else x,
    "take": lambda m, x, axis: m.take(x, m.asarray([[0, -1]]), axis=axis),
    "take_along_axis": lambda m, x, axis: m.take_along_axis(x, m.argsort(x, axis=axis), axis=axis),
    "take along sorted": lambda m, x, axis: m.take_along_axis(x, m.astype(m.sort(x, axis=axis), int) % x.shape[axis], axis=axis),
    "compress": lambda m, x, axis: m.compress(m.asarray([True]), x, axis=axis),
}  # fmt: skip


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions(name):
    rng = np.random.default_rng(3)
    for _ in range(250):
        x = random_array(rng)
        axis = int(rng.integers(0, x.ndim))
        expected, got = FUNCTIONS[name](np, x, axis), FUNCTIONS[name](bl, bl.asarray(x), axis)
        assert facts(got) == facts(expected), (x.shape, x.strides, axis)
        assert np.array_equal(np.asarray(got), expected)
        assert facts(got) == facts(expected), "evaluated"


def index_array(rng, extent, shape):
    x = rng.integers(-extent, extent, size=shape)
    if x.ndim > 1 and rng.random() < 0.5:
        x = np.asfortranarray(x)
    if x.ndim > 1 and rng.random() < 0.3:
        x = np.broadcast_to(x[:1], shape)
    if rng.random() < 0.2:
        x = x[::-1]
    return x.astype("int32") if rng.random() < 0.2 else x


def random_key(rng, x):
    """Index arrays that broadcast together, masks, numbers, slices, new axes."""
    if rng.random() < 0.25:
        return (rng.random(x.shape[: int(rng.integers(1, x.ndim + 1))]) < 0.6,)
    common = tuple(int(n) for n in rng.integers(1, 4, size=int(rng.integers(1, 3))))
    key = []
    for extent in x.shape:
        kind = rng.random()
        if kind < 0.45:
            shape = tuple(n if rng.random() < 0.8 else 1 for n in common[int(rng.integers(0, len(common))) :])
            key.append(index_array(rng, extent, shape))
        elif kind < 0.55:
            key.append(int(rng.integers(-extent, extent)))
        else:
            key.append(slice(None, None, int(rng.choice([1, 1, -1, 2]))))
    if rng.random() < 0.2:
        key.insert(int(rng.integers(0, len(key) + 1)), None)
    return tuple(key)


@pytest.mark.parametrize("pending", [False, True])
def test_picks(pending):
    rng = np.random.default_rng(7)
    for _ in range(3000):
        x = random_array(rng)
        key = random_key(rng, x)
        source = bl.asarray(x) + 0 if pending else bl.asarray(x)
        x = x + 0 if pending else x
        ours = tuple(bl.asarray(item) if isinstance(item, np.ndarray) else item for item in key)
        expected, got = x[key], source[ours]
        if np.ndim(expected) == 0:
            continue
        assert facts(got) == facts(expected), (x.shape, x.strides, key)
        assert np.array_equal(np.asarray(got), expected)
        assert facts(got) == facts(expected), "evaluated"


def test_flattened_copies_are_views_where_numpys_are():
    x = np.broadcast_to(np.arange(3.0)[:, None], (3, 4))
    for m in (np, bl):
        y = m.sort(m.asarray(x), axis=0)
        flat = y.ravel()
        flat[0] = 9
        assert float(y[0, 0]) == (9 if np.sort(x, axis=0).flags.c_contiguous else 0)


LIKE_FORTRANS = """x * 1; x + x; x.copy(); m.array(x); -x; x + y; y + x; m.where(x > 1, x, y); x.astype('f4'); m.clip(x, 0, 1); m.exp(x); x + 1j
x.T * 1; x[None] * 1; m.positive(x); x + x[0]; x + m.ones(x.shape[-1]); m.ones_like(x); m.concatenate([x, x[1:]]); m.concatenate([x, y])
m.stack([x, x]); x.max(0, keepdims=True); m.sort(x); x // 2; x.real * 1; x[1:]; x[1:] * 1
m.zeros((0,) + x.shape); x[:, :0] + y[:, :0]; x[:0].copy(); x[:, 5:].T; x.T[:, ::-1] > 0; m.isnan(x)""".replace("\n", "; ").split("; ")


@pytest.mark.parametrize("shape", [(1, 5, 6), (2, 1, 3), (3, 2, 1), (1, 1, 4), (1, 4), (2, 3), (1, 1, 1), (2, 2, 2)])
def test_axes_of_extent_one_and_nothing(shape):
    start = np.asfortranarray(np.arange(float(np.prod(shape))).reshape(shape))
    for text in LIKE_FORTRANS:
        strides = {}
        for m in (np, bl):
            names = {"m": m, "x": m.asarray(start), "y": m.asarray(np.ascontiguousarray(start))}
            strides[m] = eval(text, names).strides
        assert strides[bl] == strides[np], text


def schedule(expression):
    """How the only kernel is done, as `explain` tells."""
    return re.search(r"vectors of .*", bl.explain(expression))[0]


def test_explain_tells_how_rows_are_joined():
    image = bl.zeros((4000, 6000), dtype=bl.uint8)
    cube = bl.zeros((120, 120, 120), dtype=bl.float64)
    bl.eval(image, cube)
    assert "1465 items" in schedule(image + 1)  # one row, in blocks of 16,384
    assert "4000 items" in schedule(image[:, 1:] + 1)
    assert "300 items" in schedule(bl.ones((300, 400)) * bl.ones((300, 400)))  # too few for one row to be cut


def test_explain_tells_where_stores_bypass_caches():
    wide, ragged = bl.zeros((6000, 1024), dtype=bl.float64), bl.zeros((60_000, 101), dtype=bl.float64)
    bl.eval(wide, ragged)
    assert "non-temporal" in schedule(wide[:, ::2] + 1)
    assert "non-temporal" in schedule(ragged + 1)  # joined
    assert "non-temporal" not in schedule(ragged[:, 1:] + ragged[:, :-1] + bl.zeros((60_000, 1)))
    assert "non-temporal" not in schedule(ragged[:, :99] + 1)
