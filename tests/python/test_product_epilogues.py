"""What follows a matrix product element by element is computed block by block of it. Integers, so that every order of additions
gives NumPy's numbers."""
import re

import numpy as np
import pytest

import broadloom as bl

SHAPES = [((600, 70), (70, 520)), ((3000, 20), (20, 5)), ((5, 20), (20, 3000)), ((40, 30, 20), (40, 20, 30)), ((3, 7, 90, 20), (7, 20, 80)),
          ((900, 30), (30,)), ((30,), (30, 900)), ((2, 300, 40), (40,)), ((1, 9), (9, 1)), ((600, 0), (0, 520)), ((0, 5), (5, 7)),
          ((2, 600, 10), (2, 10, 600)),
          ((3000, 1, 4, 5), (5, 4)), ((700, 2, 1, 3, 4), (2, 1, 4, 3)), ((50, 1, 90, 20), (1, 20, 80)), ((9000, 1, 4), (9000, 4, 1))]
EPILOGUES = {
    "bias and activation": lambda xp, p, row, column: xp.maximum(p + row, 0),
    "row scaling": lambda xp, p, row, column: p * column + 1,
    "residual": lambda xp, p, row, column: (p * 2 + p * row) - column,
    "comparison": lambda xp, p, row, column: p > row,
    "turned": lambda xp, p, row, column: (p + row).T,
    "sum": lambda xp, p, row, column: (p - row).sum(-1),
    "picked": lambda xp, p, row, column: (p + row)[..., ::2],
}


def integers(rng, shape, dtype):
    return rng.integers(-5, 6, shape).astype(dtype)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex64])
@pytest.mark.parametrize("shapes", SHAPES, ids=str)
@pytest.mark.parametrize("epilogue", EPILOGUES)
def test_as_numpy(shapes, epilogue, dtype):
    if dtype == np.complex64 and epilogue in ("bias and activation", "comparison"):
        pytest.skip("orders of complex numbers")
    rng = np.random.default_rng(0)
    a, b = (integers(rng, shape, dtype) for shape in shapes)
    shape = np.matmul(a, b).shape
    row = integers(rng, shape[-1:], dtype)
    column = integers(rng, shape[-2:-1] + (1,) if len(shape) > 1 else (1,), dtype)
    compute = EPILOGUES[epilogue]
    expected = compute(np, a @ b, row, column)
    got = compute(bl, bl.asarray(a) @ bl.asarray(b), bl.asarray(row), bl.asarray(column))
    assert (got.dtype, got.shape) == (expected.dtype, expected.shape)
    np.testing.assert_array_equal(np.asarray(got), expected)


@pytest.mark.parametrize("m", [1, 2, 64, 300, 1100])
def test_times_its_transpose(m):
    x = integers(np.random.default_rng(1), (m, 30), np.float64)
    y = bl.asarray(x)
    np.testing.assert_array_equal(np.asarray(y @ y.T), x @ x.T)
    np.testing.assert_array_equal(np.asarray(y.T @ y), x.T @ x)
    np.testing.assert_array_equal(np.asarray(bl.maximum(y @ y.T - y[:, 0], 0)), np.maximum(x @ x.T - x[:, 0], 0))
    stacked = np.stack([x, x + 1, x - 1])
    z = bl.asarray(stacked)
    np.testing.assert_array_equal(np.asarray(z @ z.mT * 2), stacked @ stacked.mT * 2)
    np.testing.assert_array_equal(np.asarray(z[:1] @ z.mT * 2), stacked[:1] @ stacked.mT * 2)


def test_operands_may_be_overwritten_by_what_follows():
    x = integers(np.random.default_rng(2), (600, 600), np.float64)
    for write in (lambda y: y + y @ y, lambda y: y @ y + y, lambda y: y @ y.T + y, lambda y: 2 * (y.T @ y)):
        y = bl.asarray(x.copy())
        y = y + 0
        y[...] = write(y)
        np.testing.assert_array_equal(np.asarray(y), write(x))


def test_bits_are_those_of_two_evaluations():
    rng = np.random.default_rng(3)
    a, b, row = (bl.asarray(rng.standard_normal(shape)) for shape in ((700, 300), (300, 530), (530,)))
    product = bl.asarray(np.asarray(a @ b))
    np.testing.assert_array_equal(np.asarray(bl.tanh(a @ b + row)), np.asarray(bl.tanh(product + row)))


def test_errors_of_both_are_told():
    x = bl.asarray(np.full((600, 600), 1e200))
    with pytest.warns(RuntimeWarning, match="overflow encountered in matmul"):
        np.asarray(x @ x + 1)
    with pytest.warns(RuntimeWarning, match="divide by zero encountered in divide"):
        np.asarray(1 / (x * 0 @ x * 0 + bl.zeros(600)))


RNG = np.random.default_rng(3)
A, B, C = (RNG.random((700, 700), np.float32) for _ in range(3))


@pytest.mark.parametrize("compute", [
    lambda a, b, c: (a @ b) * 2 + c, lambda a, b, c: ((a + 1) @ (b + 1)) * 2, lambda a, b, c: ((a + 1) @ (b + 1)).astype("float64") * 2,
    lambda a, b, c: bl.where((a + 1) @ (b + 1) > 0, 1.0, 2.0), lambda a, b, c: a[:, ::-1] @ b + c,
    lambda a, b, c: (a[:, ::-1] @ b).astype("float64"), lambda a, b, c: bl.maximum(bl.maximum(a @ b, 0) @ c, 0),
    lambda a, b, c: (bl.maximum(a @ b, 0) @ c) > 1, lambda a, b, c: bl.cumulative_sum(a * 2, axis=1) + 1,
    lambda a, b, c: bl.cumulative_sum(a * 2, axis=1).astype("float64"), lambda a, b, c: a @ a.T + 1
], ids=range(11))
def test_the_peak_is_what_was_told_before(compute):
    a, b, c = bl.array(A), bl.array(B), bl.array(C)
    bl.eval(a, b, c)
    expression = compute(a, b, c)
    told = float(re.search(r"([\d.]+) MiB at the peak", bl.explain(expression))[1])
    live = bl.memory_info().live
    bl.reset_peak()
    bl.eval(expression)
    used = (bl.memory_info().peak - live) / 2**20
    assert told * 0.85 <= used <= told * 1.15, (told, used)  # an allocation has some room


@pytest.mark.parametrize("shape", [(3000, 1), (3000, 2), (2000, 4), (999, 8), (700, 16), (5, 3, 40), (6, 1, 4), (3, 70000), (4, 20000), (2, 0)])
@pytest.mark.parametrize("name", ["cumulative_sum", "cumulative_prod"])
def test_cumulative_functions_of_lines_of_all_lengths(name, shape):
    x = np.random.default_rng(1).integers(-1, 3, shape).astype(np.int64)
    y = bl.asarray(x)
    expected = {"cumulative_sum": np.cumsum, "cumulative_prod": np.cumprod}[name](x, axis=-1)
    np.testing.assert_array_equal(np.asarray(getattr(bl, name)(y, axis=-1) * 2 + 1), expected * 2 + 1)
    np.testing.assert_array_equal(np.asarray(getattr(bl, name)(y, axis=-1)), expected)


@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64", "complex128"])
@pytest.mark.parametrize("rows,inner,columns", [(20, 1000, 20), (2, 70_000, 3), (32, 4097, 32), (30, 511, 30), (31, 513, 33), (1, 100_000, 8)])
def test_long_sums_of_few_products(dtype, rows, inner, columns):
    """They are cut into pieces, whose sums are added."""
    rng = np.random.default_rng(3)
    x, y = (rng.integers(-8, 9, shape).astype(dtype) for shape in ((rows, inner), (inner, columns)))  # exact sums
    a, b = bl.asarray(x), bl.asarray(y)
    np.testing.assert_array_equal(a @ b, x @ y, strict=True)
    np.testing.assert_array_equal((a @ b) * 2 + 1, (x @ y) * 2 + 1)
    np.testing.assert_array_equal(a @ a.T, x @ x.T)
    np.testing.assert_array_equal(b.T @ a.T, y.T @ x.T)
    np.testing.assert_array_equal(a[:, ::-1] @ b, x[:, ::-1] @ y)
    x[0, inner // 2] = np.inf
    with np.errstate(invalid="ignore"), bl.errstate(all="ignore"):
        np.testing.assert_array_equal(np.isfinite(np.asarray(bl.asarray(x) @ b)), np.isfinite(x @ y))


def test_threads_change_no_bit_of_a_long_sum():
    rng = np.random.default_rng(4)
    a, b = bl.asarray(rng.random((20, 5000))), bl.asarray(rng.random((5000, 20)))
    before, results = bl.get_num_threads(), []
    for threads in (1, 2, 3):
        bl.set_num_threads(threads)
        results.append(np.asarray(a @ b))
    bl.set_num_threads(before)
    np.testing.assert_array_equal(results[0], results[1])
    np.testing.assert_array_equal(results[0], results[2])


def test_the_pieces_of_a_long_sum_are_told_before():
    a = bl.array(A).reshape((16, -1))
    told = float(re.search(r"([\d.]+) KiB at the peak", bl.explain(a @ a.T))[1])
    bl.eval(a)
    live = bl.memory_info().live
    bl.reset_peak()
    bl.eval(a @ a.T)
    assert told >= 16 and told * 0.85 <= (bl.memory_info().peak - live) / 2**10 <= told * 1.3
