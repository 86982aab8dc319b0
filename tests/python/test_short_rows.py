"""Rows of a few elements, which a launch joins to longer ones (frontend/join_rows.h), and other ways to lay vectors."""

import numpy as np
import pytest

import broadloom as bl

RNG = np.random.default_rng(0)


def same(compute, *arrays):
    expected = compute(np, *arrays)
    result = np.asarray(compute(bl, *(bl.array(x) for x in arrays)))
    assert result.dtype == expected.dtype
    np.testing.assert_array_equal(result, expected)


@pytest.mark.parametrize("columns", [1, 2, 3, 8, 30, 63, 64, 65])
@pytest.mark.parametrize("rows", [16_384, 20_001])
def test_what_all_rows_share(rows, columns):
    x, factor, offset = RNG.random((rows, columns)), RNG.random(columns), RNG.random((1, columns))
    same(lambda m, x, f, o: x * f + o, x, factor, offset)
    same(lambda m, x, f, o: (x * f + o) * 0.5 > x, x.astype(np.float32), factor.astype(np.float32), offset)
    same(lambda m, x, f, o: x * f[0] - o[0, 0], x, factor, offset)


def test_images():
    image = RNG.integers(0, 256, (120, 160, 3), dtype=np.uint8)
    mean, deviation = RNG.random(3, dtype=np.float32), RNG.random(3, dtype=np.float32) + 1
    same(lambda m, i, a, b: (m.astype(i, m.float32) * np.float32(1 / 255) - a) / b, image, mean, deviation)
    same(lambda m, i, a, b: (m.astype(i[:, ::2], m.float32) - a) / b, image, mean, deviation)
    same(lambda m, i, a, b: (m.astype(i[..., ::-1], m.float32) - a) / b, image, mean, deviation)
    same(lambda m, i, a, b: m.astype(i, m.float32) * a + i[:, :, :1], image, mean, deviation)


@pytest.mark.parametrize("dtype", ["complex64", "complex128", "float16", "bool", "int16"])
def test_other_dtypes(dtype):
    x, row = (RNG.random((9_000, 3)) * 5).astype(dtype), (RNG.random(3) * 5).astype(dtype)
    same(lambda m, x, row: x * row, x, row)
    same(lambda m, x, row: m.where(x == row, x, row), x, row)


def test_rows_of_their_own_and_rows_that_lie_apart():
    x, column = RNG.random((9_000, 6)), RNG.random((9_000, 1))
    same(lambda m, x, c: x * c + 1, x, column)
    same(lambda m, x, c: x[:, :3] * x[0, :3], x, column)
    same(lambda m, x, c: x[::2] * x[1] + x[1::2], x, column)
    same(lambda m, x, c: x[:, ::2] - x[0, ::-2], x, column)
    same(lambda m, x, c: x[::-1] - x[0], x, column)


@pytest.mark.parametrize("dtype", ["float64", "int8", "complex64"])
def test_rows_that_only_some_rows_share(dtype):
    x, row = (RNG.random((2, 8_000, 3)) * 9).astype(dtype), (RNG.random((2, 1, 3)) * 9).astype(dtype)
    same(lambda m, x, row: x + row, x, row)
    same(lambda m, x, row: m.where(x == row, row, x), x, row)
    same(lambda m, x, row: x + row[:1], x, row)
    same(lambda m, x, row: x - m.max(x.real, axis=1, keepdims=True), x, row)
    wide = (RNG.random((33, 33, 40)) * 9).astype(dtype)
    same(lambda m, x: x.swapaxes(0, 1) + x[:1], wide)
    many = np.ones((300_000, 1, 2), dtype)
    same(lambda m, x, row: x + row, np.zeros((300_000, 2, 2), dtype), many)


def test_in_place():
    for statement in ("x *= row", "x -= x[0]", "x[1:] *= row", "x[:, 1:] += row[1:]", "x += x[::-1] * row"):
        values, row = RNG.random((9_000, 5)), RNG.random(5)
        expected, x = values.copy(), bl.array(values)
        exec(statement, {"x": expected, "row": row})
        exec(statement, {"x": x, "row": bl.array(row)})
        np.testing.assert_array_equal(np.asarray(x), expected, err_msg=statement)


@pytest.mark.parametrize("shape", [(1, 1), (3, 700), (65, 64), (130, 131), (700, 2), (1, 300), (300, 1)])
@pytest.mark.parametrize("dtype", ["uint8", "int16", "float32", "float64", "complex64", "complex128", "bool"])
def test_turned_operands(shape, dtype):
    x, y = ((RNG.random(s) * 9).astype(dtype) for s in (shape, shape[::-1]))
    same(lambda m, x, y: x + y.T, x, y)
    same(lambda m, x, y: m.ascontiguousarray((x * x[:1, :1]).T), x, y)
    same(lambda m, x, y: m.where(x == y.T, x, y.T[::-1]), x, y)


def test_turned_operands_of_three_axes_and_of_rows():
    x, y = RNG.random((7, 40, 33)), RNG.random((33, 7, 40))
    same(lambda m, x, y: m.ascontiguousarray(m.permute_dims(x * 2, (2, 0, 1))), x, y)
    same(lambda m, x, y: x + m.permute_dims(y, (1, 2, 0)), x, y)
    same(lambda m, x, y: m.max(x * m.permute_dims(y, (1, 2, 0)), axis=2), x, y)
    same(lambda m, x, y: m.argmin(x[0] + y[:, 0].T, axis=1), x, y)


@pytest.mark.parametrize("shape", [(40, 50), (70, 900), (5, 30_000), (33, 2_049)])
def test_rows_that_can_and_that_cannot_be_turned(shape):
    x, y = bl.array(RNG.random(shape)), bl.array(RNG.random(shape[::-1]))
    copied = bl.ascontiguousarray(y.T)
    bl.eval(copied)
    turned, straight = x * y.T, x * copied
    for product in (turned, straight):
        assert np.array_equal(bl.max(product, axis=1), np.asarray(straight).max(axis=1))
    for compute in (lambda p: bl.sum(p, axis=1), lambda p: p - bl.mean(p, axis=1)[:, None],
                    lambda p: bl.exp(p) / bl.sum(bl.exp(p), axis=1)[:, None]):
        assert np.array_equal(compute(turned), compute(straight))


@pytest.mark.parametrize("dtype", ["float32", "float64", "int8", "uint16", "int64", "bool"])
def test_indices_of_the_least_in_loops(dtype):
    for rows, columns in ((5, 3), (40, 70), (300, 33)):
        x, y = ((RNG.random(n) * 4).astype(dtype) for n in (rows, columns))
        for name in ("argmin", "argmax"):
            same(lambda m, x, y: getattr(m, name)(m.maximum(x[:, None], y[None, :]), axis=1), x, y)
            same(lambda m, x, y: getattr(m, name)(m.minimum(x[:, None], y[None, :]), axis=0), x, y)


@pytest.mark.parametrize("special", [np.nan, np.inf, -np.inf])
def test_indices_of_special_numbers_in_loops(special):
    for where in ([], [0], [5], [5, 9], range(20)):
        y = RNG.random(20)
        y[list(where)] = special
        x = np.zeros(37)
        for name in ("argmin", "argmax"):
            for dtype in ("float32", "float64"):
                same(lambda m, x, y: getattr(m, name)(x[:, None] + y[None, :], axis=1), x.astype(dtype), y.astype(dtype))


def test_several_reductions_in_one_walk():
    x, y = RNG.random(300), RNG.random(41)
    for compute in (lambda m, x, y: [m.max(x[:, None] * y, axis=1), m.max(x[:, None] - y, axis=1)],
                    lambda m, x, y: [m.min(m.abs(x[:, None] - y), axis=1) + m.min(x[:, None] + y, axis=1)],
                    lambda m, x, y: [m.max((x[:, None] - y) * m.max(x[:, None] * y, axis=1)[:, None], axis=1)]):
        expected, results = compute(np, x, y), compute(bl, bl.array(x), bl.array(y))
        bl.eval(*results)
        for result, wanted in zip(results, expected):
            np.testing.assert_array_equal(np.asarray(result), wanted)
