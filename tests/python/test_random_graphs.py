"""Random expressions in both libraries."""

import numpy as np
import pytest

import broadloom as bl

UNARY = ["negative", "abs", "square", "floor", "sign", "sin", "tanh"]
BINARY = ["add", "subtract", "multiply", "maximum", "minimum"]
REDUCE = ["sum", "mean", "max", "min", "std"]
SHAPE = (6, 1, 9), (6, 5, 9), (5, 1), (9,), (1, 5, 1), ()


def key_of(rng, shape):
    """Steps along axes, and every now and then a single place of one."""
    steps = [slice(None), slice(None, None, -1), slice(None, None, 2), slice(None, None, -3)]
    places = [slice(0, 1), slice(-1, None), 0, -1]
    return tuple(steps[rng.integers(4)] if extent == 0 or rng.random() < 0.7 else places[rng.integers(4)] for extent in shape)


def pick_of(rng, extent):
    """Picks along the first axis, by indices that are known or computed."""
    which = rng.integers(-extent, extent, rng.integers(1, 6, rng.integers(1, 3)))
    index = bl.asarray(which) if rng.random() < 0.5 else bl.asarray(which) * 1 + 0
    return lambda pair: (pair[0][index], pair[1][which])


def grow(rng, ours, numpys):
    """One more value made from earlier ones, in both."""
    kind, i = rng.integers(0, 11), rng.integers(0, len(ours))
    x, y = ours[i], numpys[i]
    if kind == 10 and y.ndim and y.shape[0]:
        pick = pick_of(rng, y.shape[0])
        return pick((x, y))
    if kind < 2:
        name = rng.choice(UNARY)
        return getattr(bl, name)(x), getattr(np, name)(y)
    if kind < 5:
        j = rng.integers(0, len(ours))
        try:
            shape = np.broadcast_shapes(y.shape, numpys[j].shape)
        except ValueError:
            return x * 0.5, y * 0.5
        if np.prod(shape) > 20_000:
            return x + 1, y + 1
        name = rng.choice(BINARY)
        return getattr(bl, name)(x, ours[j]), getattr(np, name)(y, numpys[j])
    if kind == 5 and y.ndim:
        name, axis, keep = rng.choice(REDUCE), int(rng.integers(0, y.ndim)), bool(rng.integers(0, 2))
        return getattr(bl, name)(x, axis=axis, keepdims=keep), getattr(np, name)(y, axis=axis, keepdims=keep)
    if kind == 6 and y.ndim:
        key = key_of(rng, y.shape)
        return x[key], y[key]
    if kind == 7:
        axes = tuple(int(a) for a in rng.permutation(y.ndim))
        return bl.transpose(x, axes), np.transpose(y, axes)
    if kind == 8:
        return x[..., None], y[..., None]
    if kind == 9:
        return bl.where(x > 0, x, x * 0.25), np.where(y > 0, y, y * 0.25)
    return x.reshape(-1), y.reshape(-1)


@pytest.mark.parametrize("seed", range(150))
def test_random_graph(seed):
    rng = np.random.default_rng(seed)
    numpys = [rng.standard_normal(SHAPE[i]) for i in rng.integers(0, len(SHAPE), 3)]
    ours = [bl.asarray(x) for x in numpys]
    for _ in range(int(rng.integers(3, 25))):
        x, y = grow(rng, ours, numpys)
        assert x.shape == y.shape and x.dtype == y.dtype
        if y.ndim > 5 or np.max(abs(y), initial=0) > 1e6:  # beyond that the tolerance means little
            continue
        ours.append(x)
        numpys.append(np.asarray(y))
    chosen = rng.permutation(len(ours))[:3]
    if seed % 2:
        bl.eval(*[ours[i] for i in chosen])
    for i in chosen:
        # floor and sign may jump where the last bit differs
        got, expected = np.asarray(ours[i]), numpys[i]
        near = np.isclose(got, expected, rtol=1e-9, atol=1e-9)
        assert near.mean() > 0.999 if near.size > 1000 else near.all(), (seed, i, got[~near][:5], expected[~near][:5])


# --- Small whole numbers, where every order of additions gives the same bits ---------------------

EXACT_UNARY = ["negative", "abs", "square", "sign", "logical_not"]
EXACT_BINARY = ["add", "subtract", "multiply", "maximum", "minimum", "less", "equal", "not_equal", "logical_and"]
EXACT_REDUCE = ["sum", "max", "min", "any", "all", "argmax", "argmin"]
EXACT_SHAPES = (6, 1, 9), (6, 5, 9), (5, 1), (9,), (1, 5, 1), (), (6, 5, 1), (40, 130), (40, 1), (130,), (3, 0), (0,)


def call(name, *args, **options):
    return getattr(bl, name)(*(ours for ours, _ in args), **options), getattr(np, name)(*(theirs for _, theirs in args), **options)


def both(pair, change):
    return change(pair[0]), change(pair[1])


def reduce(rng, pair):
    """Over some axes; half of the time broadcast back to where it came from."""
    ndim, name = pair[1].ndim, rng.choice(EXACT_REDUCE)
    if ndim == 0:
        return pair
    keep = bool(rng.integers(0, 2))
    axes = tuple(int(a) for a in rng.permutation(ndim)[:rng.integers(1, ndim + 1)])
    if name.startswith("arg"):
        axes = axes[0]
    if pair[1].size == 0 and name not in ("sum", "any", "all"):
        return pair
    small = call(name, pair, axis=axes, keepdims=keep)
    return call("subtract", call("add", pair, (0, 0)), call("multiply", small, (1, 1))) if keep and pair[1].dtype != bool else small


def element_of_reductions(rng, pair):
    small = reduce(rng, reduce(rng, pair))
    return both(small, lambda x: x[(-1,) * x.ndim]) if small[1].size else small


def reshape(rng, pair):
    size = pair[1].size
    divisors = [d for d in range(1, 12) if size and size % d == 0] or [1]
    first = int(rng.choice(divisors))
    return both(pair, lambda x: x.reshape(first, -1) if size else x.reshape(0, 2))


def product(rng, pair):
    flat = both(pair, lambda x: x.reshape(x.shape[0], -1) if x.ndim > 1 else x.reshape(-1, 1))
    step = int(rng.choice([1, -1]))
    return call("matmul", both(flat, lambda x: x[:, ::step]), both(flat, lambda x: x.T[::step]))


def grow_exactly(rng, values):
    kind, pair = rng.integers(0, 13), values[rng.integers(0, len(values))]
    ndim = pair[1].ndim
    if kind < 2:
        name = rng.choice(EXACT_UNARY)
        return pair if name in ("negative", "sign", "square") and pair[1].dtype == bool else call(name, pair)
    if kind < 5:
        other = values[rng.integers(0, len(values))]
        name = rng.choice(EXACT_BINARY)
        if name == "subtract" and pair[1].dtype == other[1].dtype == bool:
            name = "logical_xor"
        try:
            return call(name, pair, other) if np.prod(np.broadcast_shapes(pair[1].shape, other[1].shape)) <= 20_000 else pair
        except ValueError:
            return pair
    if kind < 8 and ndim:
        return reduce(rng, pair)
    if kind == 12 and ndim and pair[1].shape[0]:
        return pick_of(rng, pair[1].shape[0])(pair)
    if kind == 8 and ndim:
        key = key_of(rng, pair[1].shape)
        return both(pair, lambda x: x[key])
    if kind == 9:
        axes = tuple(int(a) for a in rng.permutation(ndim))
        return call("transpose", pair, axes=axes) if ndim else both(pair, lambda x: x[None])
    if kind == 10 and pair[1].dtype != bool and 1 < pair[1].size < 4000:
        return product(rng, pair) if ndim and pair[1].shape[0] < 60 else reshape(rng, pair)
    return reshape(rng, pair)


@pytest.mark.parametrize("seed", range(400))
def test_exact_graph(seed):
    rng = np.random.default_rng(seed)
    values = []
    for i in rng.integers(0, len(EXACT_SHAPES), 4):
        x = rng.integers(-4, 5, EXACT_SHAPES[i]).astype(rng.choice(["float64", "float32", "int64", "int32", "bool"]))
        values.append((bl.asarray(x), x))
    for _ in range(int(rng.integers(4, 30))):
        x, y = grow_exactly(rng, values)
        assert x.shape == y.shape and x.dtype == y.dtype
        if y.ndim <= 5 and np.max(np.abs(y.astype(float)), initial=0) < 1e5:
            values.append((x, np.asarray(y)))
    chosen = [values[i] for i in rng.permutation(len(values))[:rng.integers(1, 5)]]
    chosen += [element_of_reductions(rng, pair) for pair in values if pair[1].ndim > 2 and rng.random() < 0.3]
    bl.eval(*[x for x, _ in chosen])
    for x, y in chosen:
        np.testing.assert_array_equal(np.asarray(x), y)
