"""Random expressions in both libraries."""

import numpy as np
import pytest

import broadloom as bl

UNARY = ["negative", "abs", "square", "floor", "sign", "sin", "tanh"]
BINARY = ["add", "subtract", "multiply", "maximum", "minimum"]
REDUCE = ["sum", "mean", "max", "min", "std"]
SHAPE = (6, 1, 9), (6, 5, 9), (5, 1), (9,), (1, 5, 1), ()


def grow(rng, ours, numpys):
    """One more value made from earlier ones, in both."""
    kind, i = rng.integers(0, 10), rng.integers(0, len(ours))
    x, y = ours[i], numpys[i]
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
        key = tuple(slice(None, None, int(rng.choice([1, -1, 2]))) for _ in range(y.ndim))
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
