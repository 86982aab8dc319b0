"""Products and diagonals against NumPy: values, shapes, dtypes, axes, and classes of errors."""

import itertools

import numpy as np
import pytest

import broadloom as bl
from linear import close, random, same

VECTORS = [(), (1,), (3,), (4,), (2, 3), (3, 2), (4, 3), (2, 4, 3), (2, 3, 4), (0,), (0, 3), (3, 0), (1, 3)]


@pytest.mark.parametrize("dtypes", [("float64", "float64"), ("int8", "int8"), ("float32", "int16"), ("complex64", "float32"),
                                    ("bool", "bool"), ("complex128", "complex128")])
@pytest.mark.parametrize("name", ["dot", "inner", "vdot", "outer", "kron", "vecdot"])
def test_products(name, dtypes):
    for first, second in itertools.product(VECTORS, VECTORS):
        x, y = ((random(shape, dtype, i) if np.dtype(dtype).kind in "fc" else (random(shape, seed=i) * 5).astype(dtype))
                for i, (shape, dtype) in enumerate(zip((first, second), dtypes, strict=True)))
        same(name, x, y, top=True)


def test_products_of_numbers():
    for name in ("dot", "inner", "kron", "outer", "vdot"):
        for x, y in [(2, 3.5), (np.float32([1, 2]), 2.0), (2, [1, 2]), ([[1, 2]], 3)]:
            same(name, x, y, top=True)


def test_vecdot_axes():
    for x, y, axis in [((2, 3), (2, 3), 0), ((2, 3), (2, 3), 1), ((2, 3), (3,), -1), ((2, 3), (3,), 0), ((2, 3), (3,), 3), ((3, 2), (3,), 0),
                       ((4, 2, 3), (2, 3), -2), ((3,), (1,), -1)]:
        same("vecdot", random(x), random(y), axis=axis, top=True)
        same("vecdot", random(x), random(y), axis=axis)


def test_tensordot():
    x, y = random((3, 4, 5)), random((4, 3, 2))
    for axes in [([1, 0], [0, 1]), ([0], [1]), (0, 1), 0, ((-2,), (-3,)), (1, 0), ([0, 0], [1, 1]), ([0, 1], [0]), ([5], [0]), ([], []),
                 1, 2, 4, -1, ([1, -2], [0, 0]), ((0, 1, 2),), 1.5]:
        same("tensordot", x, y, axes=axes, top=True)
    for axes in (1, 2, 3):
        same("tensordot", x, random((3, 4, 5)).transpose(2, 1, 0) if axes == 1 else x, axes=axes)
    same("tensordot", np.ones((2, 0)), np.ones((0, 3)), axes=1)
    same("tensordot", np.ones((2, 3), "int8"), np.ones((3, 2), "int8"), axes=1)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_cross():
    for dtype in ("float64", "int8", "uint8", "complex64", "bool"):
        x, y = (np.asarray(random((4, 3), seed=i) * 9).astype(dtype) for i in (0, 1))
        for args in [(x, y), (x, y[0]), (x[:, None], y), (x[0], y[0])]:
            same("cross", *args, top=True)
            same("cross", *args)
        same("cross", x.T, y.T, axis=0, top=True)
        same("cross", x.T, y.T, axis=0)
        same("cross", x.T, y, axisa=0, axisc=0, top=True)
    for m, n in [(2, 2), (2, 3), (3, 2)]:
        same("cross", random((4, m)), random((4, n), seed=1), top=True)
        same("cross", random((m, 4)), random((4, n), seed=1), axisa=0, axisc=0, top=True)
    with pytest.warns(DeprecationWarning):
        bl.cross([1, 2], [3, 4])
    for args in [(1, 2), (np.ones(4), np.ones(3)), (np.ones((2, 3)), np.ones((4, 3)))]:
        same("cross", *args, top=True)
    same("cross", np.ones(3), np.ones(3), axis=3, top=True)
    for args in [(np.ones(3), np.ones(2)), (3, np.ones(3)), (np.ones(2), np.ones(2))]:
        same("cross", *args)
    same("cross", np.ones(3), np.ones(3), axis=3)


@pytest.mark.parametrize("dtype", ["float64", "int8", "bool", "float16", "complex64"])
def test_diagonals(dtype):
    for shape in [(3, 3), (2, 5), (5, 2), (2, 3, 4), (1, 4), (0, 3), (3, 0), (2, 0, 3), (2, 2, 3, 3)]:
        x = random(shape, dtype) if np.dtype(dtype).kind == "c" else (random(shape) * 5).astype(dtype)
        for offset in range(-6, 7):
            for view in (x, x[::-1], x.swapaxes(0, 1)):
                same("diagonal", view, offset, top=True)
                same("diagonal", view, offset=offset)
                same("trace", view, offset, top=True)
                same("trace", view, offset=offset)
        for axes in itertools.permutations(range(len(shape)), 2):
            same("diagonal", x, 1, *axes, top=True)
            same("trace", x, 0, *axes, top=True)
    if np.dtype(dtype).kind != "c":
        same("trace", np.ones((3, 3), dtype), dtype="float32", top=True)
    pending = bl.asarray(random((4, 5)))
    close(bl.diagonal(pending * 2 + 1, 1), np.diagonal(random((4, 5)) * 2 + 1, 1))


def test_diagonals_far_away():
    for offset in (2**31 - 1, 1 - 2**31):
        assert bl.diagonal(np.ones((3, 3)), offset).shape == (0,)
    with pytest.raises(ValueError):
        bl.diag(np.ones(3), 2**62)


def test_diagonal_errors():
    for args in [(np.ones(3),), (np.ones((3, 3)), 0, 1, 1), (np.ones((3, 3)), 0, 1, 5), (3.0,)]:
        same("diagonal", *args, top=True)
        same("trace", *args, top=True)
    same("diagonal", np.ones(3))


@pytest.mark.parametrize("dtype", ["float64", "int8", "bool", "complex64"])
def test_diag(dtype):
    for offset in (-5, -2, -1, 0, 1, 3):
        for shape in [(3,), (0,), (1,), (3, 4), (0, 2), (), (2, 2, 2)]:
            same("diag", np.asarray(random(shape) * 5).astype(dtype), offset, top=True)
        same("diag", np.arange(8)[::2], offset, top=True)


def test_transpose():
    for shape in [(2, 3), (4, 2, 3), (3,), ()]:
        same("matrix_transpose", random(shape), top=True)
        same("matrix_transpose", random(shape))


def test_outer_of_linalg_takes_vectors():
    same("outer", np.ones(3), np.ones(2))
    same("outer", np.ones((2, 2)), np.ones(2))
    same("matmul", np.ones((2, 3)), np.ones((3, 2)))


@pytest.mark.parametrize("dtypes", [("float64", "float64"), ("int8", "int8"), ("float32", "int16"), ("complex64", "float32"),
                                    ("bool", "bool"), ("complex128", "complex128"), ("float16", "float16")])
@pytest.mark.parametrize("name", ["matvec", "vecmat"])
def test_vectors_and_matrices(name, dtypes):
    for first, second in itertools.product(VECTORS, VECTORS):
        x, y = ((random(shape, dtype, i) if np.dtype(dtype).kind in "fc" else (random(shape, seed=i) * 5).astype(dtype))
                for i, (shape, dtype) in enumerate(zip((first, second), dtypes, strict=True)))
        same(name, x, y, top=True)


@pytest.mark.parametrize("name", ["matvec", "vecmat"])
def test_keywords_of_vectors_and_matrices(name):
    x, y = random((3, 4, 4)), random((3, 4))
    operands = (x, y) if name == "matvec" else (y, x)
    for keywords in ({"dtype": "float32", "casting": "same_kind"}, {"dtype": "float32", "casting": "safe"}, {"order": "Q"}):
        same(name, *operands, top=True, **keywords)
    out = np.zeros((3, 4))
    assert getattr(bl, name)(*operands, out=out) is out
    np.testing.assert_allclose(out, getattr(np, name)(*operands))
    same(name, *operands, top=True, out=np.zeros((3, 5)))
