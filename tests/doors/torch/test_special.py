"""Special functions written with elementary ones, and integers divided by 0."""

import pytest
import torch
from comparing import check, compiled

NUMBERS = torch.cat([torch.linspace(-9.3, 30, 401, dtype=torch.float64), torch.tensor(
    [0.0, -0.0, -1, -5, 1e-3, -1e-3, 100.5, -100.25, 1e5, 1e30, float("inf"), float("-inf"), float("nan")], dtype=torch.float64)])


@pytest.mark.parametrize("n", [0, 1, 2, 3, 4, 5, 9])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_polygamma(n, dtype):
    x = NUMBERS.to(dtype) if n else torch.linspace(1.6, 30, 100, dtype=dtype)
    x = x[x.abs() < 1e4] if n > 5 else x  # where eager mode overflows on the way
    assert_ours(check(lambda x: torch.polygamma(n, x), x))


def test_polygamma_of_integers_and_its_gradient():
    assert_ours(check(lambda x: torch.polygamma(2, x), torch.arange(-4, 9)))
    assert_ours(check(lambda x: torch.polygamma(1, x) + x.digamma(), torch.linspace(-3.3, 4.1, 40).requires_grad_()))


def test_bessel_functions():
    x = torch.cat([torch.linspace(-30, 30, 1001), torch.linspace(-80, 80, 100), torch.tensor([float("inf"), float("nan")])])
    assert_ours(check(torch.special.i1, x))
    x = torch.cat([x, torch.linspace(-700, 700, 1001)]).double()
    assert_ours(check(torch.special.i1, x))
    assert_ours(check(torch.i0, x[:1000].requires_grad_()))


def test_mantissas_and_exponents():
    x = torch.tensor([0.0, -0.0, 1.0, -6.5, 1e-40, 3e38, float("inf"), float("-inf"), float("nan")])
    for dtype in (torch.float16, torch.float32, torch.float64):
        assert_ours(check(lambda x: tuple(torch.frexp(x)), x.to(dtype)))


DIVISIONS = [lambda x, y: x // y, lambda x, y: x % y, lambda x, y: x.fmod(y), lambda x, y: torch.div(x, y, rounding_mode="trunc")]


@pytest.mark.parametrize("divide", DIVISIONS)
def test_integers_divided_by_zero_are_errors(divide):
    x, y = torch.arange(-6, 6), torch.tensor([-3, -2, 1, 2, 4, 5]).repeat(2)
    assert_ours(check(lambda x, y: divide(x, y) + 1, x, y, times=2))
    assert_ours(check(lambda x, y: divide(x[:, None], y.short()), x.short(), y))
    fast = compiled(lambda x, y: divide(x, y) + 1)
    torch.testing.assert_close(fast(x, y), divide(x, y) + 1)
    for f in (divide, fast):
        with pytest.raises(RuntimeError, match="ZeroDivisionError"):
            f(x, y - 1)
    torch.testing.assert_close(fast(x, y), divide(x, y) + 1)


def test_numbers_divided_and_dividing():
    x = torch.tensor([-3, -2, 1, 2, 4, 5])
    assert_ours(check(lambda x: (7 // x, 7 % x, x // 3, x % -3), x))
    fast = compiled(lambda x, n: x // n + x % n, dynamic=True)
    for n in (3, 4, -5):
        torch.testing.assert_close(fast(x, n), x // n + x % n)
    for f in (lambda x: 7 % (x - 1), lambda x: x // 0, lambda x: x % 0):
        with pytest.raises(RuntimeError, match="ZeroDivisionError"):
            compiled(f)(x)


@pytest.mark.parametrize("divide", DIVISIONS)
def test_divisions_by_zero_that_are_no_errors(divide):
    assert_ours(check(divide, torch.tensor([1.0, -2, 0]), torch.tensor([0, 0, 0])))
    assert_ours(check(divide, torch.zeros(0, dtype=torch.int64), torch.tensor([0])))
    assert_ours(check(divide, torch.zeros(3, 1, dtype=torch.int64), torch.zeros(0, dtype=torch.int64)))


def assert_ours(report):
    assert report.graphs and not any(graph.pytorchs for graph in report.graphs)
