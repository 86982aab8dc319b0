"""A known expression compiles nothing: other values, other scalars, other shapes of the same rank."""

import numpy as np
import pytest

import broadloom as bl

EXPRESSIONS = [
    lambda x, s: x * s + 1.5,
    lambda x, s: (x - x.mean(1)[:, None]) / s,
    lambda x, s: bl.exp(x - x.max(1, keepdims=True)).sum(1) * s,
    lambda x, s: ((x[:, None] - x[None]) ** 2).sum(-1) + s,
    lambda x, s: x.T[::2] * s,
    lambda x, s: bl.where(x > s, x, 0.0).sum(),
    lambda x, s: bl.clip(x, 0.0, s),
    lambda x, s: x[1:-1, ::-1] + s,
]


def compiled(compute):
    before = bl.cache_info().compiles
    result = np.asarray(compute())
    return result, bl.cache_info().compiles - before


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=range(len(EXPRESSIONS)))
def test_a_second_evaluation_compiles_nothing(expression):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((37, 19))
    compiled(lambda: expression(bl.asarray(x), 2.0))
    hits = bl.cache_info().hits
    for shape in [(37, 19), (50, 70), (5, 300), (300, 9)]:  # for less than 9 see below
        for scalar in (2.0, 0.25, 7.0):
            y = rng.standard_normal(shape)
            _, kernels = compiled(lambda: expression(bl.asarray(y), scalar))
            assert kernels == 0, (shape, scalar)
    assert bl.cache_info().hits > hits


def test_few_positions_are_known_to_a_plan_where_many_are_reduced():
    def sums(*shape):
        return compiled(lambda: bl.ones(shape, "float64").sum(1) * 7.5)[1]

    assert [sums(37, 19), sums(9, 300), sums(300, 9), sums(300, 5)] == [1, 0, 0, 0]
    assert [sums(3000, 5), sums(2000, 5), sums(3000, 6), sums(3000, 9)] == [1, 0, 1, 0]


def test_the_turns_of_a_loop_are_known_but_not_what_happens_to_be_equal():
    def loop(numbers):
        x = y = bl.asarray(np.linspace(0.0, 1.0, 50))
        for number in numbers:
            y = y * number + x
        return compiled(lambda: y)[1]

    assert [loop([2.0] * 10), loop([3.0] * 10), loop([2.0, 3.0] * 5), loop([3.0, 5.0] * 5)] == [1, 0, 1, 0]
    assert [loop([7.0, 2.0, 3.0, 2.0, 3.0, 2.0, 3.0, 2.0, 3.0]), loop([0.5, *[1.0, 9.0] * 4])] == [1, 0]
    assert [loop(range(10)), loop(range(1, 11)), loop([*range(9), 1])] == [1, 0, 0]
    rng = np.random.default_rng(0)
    assert sum(loop(rng.integers(0, 3, 12).astype(float)) for _ in range(20)) <= 1  # of one without turns


def test_the_counters():
    bl.cache_clear()
    assert bl.cache_info().kernels == 0
    x = bl.asarray(np.arange(300.0))
    with bl.errstate(all="ignore"):  # nothing is computed again to find out about underflow
        _, kernels = compiled(lambda: x * x - 3)
    info = bl.cache_info()
    assert kernels == 1 and info.kernels == 1 and info.bytes > 0
    assert info._fields == ("compiles", "hits", "disk_hits", "kernels", "bytes")
    assert bl.memory_info()._fields == ("live", "peak", "cached")


def test_arrays_survive_a_cleared_cache():
    x = bl.asarray(np.arange(300.0))
    y, pending = x * 2, x * 2 + 1
    bl.eval(y)
    bl.cache_clear()
    np.testing.assert_array_equal(np.asarray(y), np.arange(300.0) * 2)
    np.testing.assert_array_equal(np.asarray(pending), np.arange(300.0) * 2 + 1)


def test_eval_of_several_computes_what_they_share_once():
    x = bl.asarray(np.random.default_rng(0).standard_normal((50, 60)))
    shared = bl.exp(x)
    a, b, c = shared.sum(1), shared * 2, shared.max(0)
    bl.eval(a, b, c)
    e = np.exp(np.asarray(x))
    np.testing.assert_allclose(np.asarray(a), e.sum(1), rtol=1e-14)
    np.testing.assert_allclose(np.asarray(b), e * 2, rtol=1e-15)
    np.testing.assert_allclose(np.asarray(c), e.max(0), rtol=1e-15)
    bl.eval()
