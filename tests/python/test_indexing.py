"""Basic indexing and views against NumPy."""

import itertools

import numpy as np
import pytest

import broadloom as bl
from comparing import check, check_same

X = np.arange(2 * 3 * 4 * 5, dtype=np.int32).reshape(2, 3, 4, 5)

KEYS = [
    0, -1, 1, (0, 1), (0, 1, 2, 3), (1, -1, -1, -1), slice(None), slice(1, None), slice(None, None, -1), slice(0, 0),
    slice(5, 2), slice(-100, 100), slice(None, None, 2), (slice(None), slice(None, None, -2)), (slice(None), 1),
    (Ellipsis, 0), (0, Ellipsis), Ellipsis, (Ellipsis,), (Ellipsis, slice(1, 3), 2), None, (None, 0, None, 1),
    (slice(None), None), (Ellipsis, None), (slice(None), slice(2, 0, -1), Ellipsis, slice(4, None, -3)), (), np.int8(1),
    (np.int64(1), slice(None)), np.array(1), (slice(None), slice(None), slice(None), slice(3, 3)),
    (1, None, slice(1, 3), Ellipsis),
]


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_getitem(key):
    check(bl.asarray(X)[key], X[key])
    check((bl.asarray(X) + 1)[key], (X + 1)[key])              # of a pending array
    y = X[::-1, :, :, ::-1]
    check(bl.asarray(y)[key], y[key])
    check(bl.asarray(X)[key] * 2 + 1, X[key] * 2 + 1)


@pytest.mark.parametrize("key", [2, -3, (0, 3), (0, 0, 0, 0, 0), "a", 1.0, (Ellipsis, Ellipsis), slice(None, None, 0), (0, 1.5),
                                 2**70], ids=str)
def test_errors(key):
    check_same(lambda: bl.asarray(X)[key], lambda: X[key])


@pytest.mark.parametrize("key", [[0, 1], True, np.array([0, 1]), np.array([True, False]), (slice(None), [0, 1]), bl.arange(2),
                                 (range(2), Ellipsis, (0, -1)), (0, slice(None), [1, 3]), (None, [0], None, 1), np.True_, []],
                         ids=str)
def test_index_arrays(key):  # more of them: test_index_arrays.py
    check(bl.asarray(X)[key], X[np.asarray(key) if isinstance(key, bl.Array) else key])


def test_our_own_0d_array_is_an_index():
    check(bl.asarray(X)[bl.asarray(np.array(1))], X[1])
    assert list(range(10))[bl.asarray(np.array(3))] == 3


def test_views_share_memory():
    x = bl.asarray(X)
    assert np.shares_memory(np.asarray(x[0, ::2]), X)
    assert np.shares_memory(np.asarray(x.T), X)
    assert x[:, ::-1].strides == X[:, ::-1].strides


VIEWS = [
    ("T", lambda m, x: x.T),
    ("transpose", lambda m, x: m.transpose(x, (1, 3, 0, 2))),
    ("transpose negative", lambda m, x: m.transpose(x, (-1, 0, -2, 1))),
    ("permute_dims", lambda m, x: m.permute_dims(x, (3, 2, 1, 0))),
    ("expand_dims", lambda m, x: m.expand_dims(x, (0, -1))),
    ("squeeze", lambda m, x: m.squeeze(x[:1, :, :1])),
    ("squeeze axis", lambda m, x: m.squeeze(x[:1, :, :1], axis=-2)),
    ("flip", lambda m, x: m.flip(x)),
    ("flip axes", lambda m, x: m.flip(x, (0, -1))),
    ("broadcast_to", lambda m, x: m.broadcast_to(x[:, :1], (7, 2, 3, 4, 5))),
    ("reshape", lambda m, x: m.reshape(x, (6, -1))),
    ("reshape flat", lambda m, x: m.reshape(x.T, -1)),
    ("reshape split", lambda m, x: m.reshape(x[::-1], (2, 3, 2, 2, 5))),
    ("reshape ones", lambda m, x: m.reshape(x, (2, 1, 12, 5, 1))),
    ("reshape of transposed", lambda m, x: m.reshape(m.transpose(x, (0, 2, 1, 3)), (8, 15))),
    ("method reshape", lambda m, x: x.reshape(4, 30)),
    ("method transpose", lambda m, x: x.transpose(1, 0, 2, 3)),
    ("method squeeze", lambda m, x: x[:1].squeeze(0)),
    ("ravel", lambda m, x: x[:, ::-1].ravel()),
    ("ravel in order", lambda m, x: x[:, ::-1].ravel("F")),
    ("flatten in order", lambda m, x: x.T.flatten(order="F")),
    ("flatten in its order", lambda m, x: x.flatten("A")),
]


@pytest.mark.parametrize("view", [v for _, v in VIEWS], ids=[name for name, _ in VIEWS])
def test_views(view):
    check(view(bl, bl.asarray(X)), view(np, X))
    check(view(bl, bl.asarray(X) * 2) + 1, view(np, X * 2) + 1)          # inside a kernel
    check(view(bl, bl.asarray(X)).sum(-1), view(np, X).sum(-1))
    empty = X[:, :0]
    for ours, numpys in [(bl.asarray(empty), empty)]:
        check_same(lambda: view(bl, ours), lambda: view(np, numpys))


VIEW_ERRORS = [
    lambda m, x: m.transpose(x, (0, 0, 1, 2)), lambda m, x: m.transpose(x, (0, 1)), lambda m, x: m.reshape(x, (7, -1)),
    lambda m, x: m.reshape(x, (-1, -1)), lambda m, x: m.reshape(x, (3, 3)), lambda m, x: m.squeeze(x, 0),
    lambda m, x: m.broadcast_to(x, (2, 3)), lambda m, x: m.broadcast_to(x, (2, 3, 4, 6)), lambda m, x: m.flip(x, 7),
    lambda m, x: m.expand_dims(x, (0, 0)), lambda m, x: m.transpose(x, (0, 1, 2, 9)), lambda m, x: m.squeeze(x, 9),
    lambda m, x: x.ravel("X"), lambda m, x: x.flatten(order=3),
]


@pytest.mark.parametrize("view", VIEW_ERRORS)
def test_view_errors(view):
    check_same(lambda: view(bl, bl.asarray(X)), lambda: view(np, X))


def test_python_protocols():
    x = bl.arange(3, dtype="float64")
    assert len(x) == 3 and [float(v) for v in x] == [0, 1, 2] and 2.0 in x and 5.0 not in x
    assert bl.asarray(X)[0, 1].tolist() == X[0, 1].tolist()
    assert x[1].item() == 1.0 and type(x[1].item()) is float and bl.asarray(X).item(5) == 5
    assert bool(x[1]) and not bool(x[0]) and int(x[2]) == 2
    assert repr(x) == "Array([0., 1., 2.])" and str(x) == "[0. 1. 2.]" and f"{x[1]:.2f}" == "1.00"
    assert (x.ndim, x.size, x.nbytes, x.itemsize) == (1, 3, 24, 8)
    with pytest.raises(TypeError):
        hash(x)


REDUCTIONS = ["sum", "prod", "mean", "var", "max", "argmin", "any"]


@pytest.mark.parametrize("first", REDUCTIONS)
@pytest.mark.parametrize("second", REDUCTIONS)
def test_elements_of_reductions_of_reductions(first, second):
    for shape, (one, two) in itertools.product([(2, 3, 4), (3, 600, 2), (5, 2, 700)], [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1)]):
        values = np.random.default_rng(0).integers(1, 4, shape)
        results = [getattr(getattr(m.asarray(values), first)(one).astype("f8"), second)(two)[1] for m in (np, bl)]
        np.testing.assert_allclose(np.asarray(results[1]), results[0], rtol=1e-9, atol=1e-12, err_msg=f"{shape} {one} {two}")


def test_reshapes_of_few_elements():
    shapes = [(0,), (0, 1), (0, 0), (3, 0, 1), (1, 1, 1), (1,), (), (6,), (2, 3), (1, 6, 1), (0, 5, 0)]
    for before in shapes:
        x = np.arange(np.prod(before, dtype=int), dtype=float).reshape(before)
        for after in shapes:
            for prepare in (lambda t: t, lambda t: t + 1, lambda t: t.sum(0, keepdims=True) if t.ndim else t):
                check_same(lambda: prepare(bl.asarray(x)).reshape(after), lambda: prepare(x).reshape(after),
                           what=f"{before} {after}")


def test_an_element_is_its_value():
    source = np.arange(6.0).reshape(2, 3)
    x = bl.asarray(source)
    element, row = x[1, 2], x[1]
    source[1] = 0
    assert element.item() == 5 and element.dtype == np.float64 and element.shape == ()
    assert row.sum().item() == 0  # a view, as NumPy's
