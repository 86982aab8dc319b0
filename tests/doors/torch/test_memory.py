"""Where elements lie in memory: as_strided, results with gaps, tensors whose elements may be any."""

import pytest
import torch
from comparing import check, compiled
from torch.nn import functional

import broadloom as bl
import broadloom.torch
from broadloom.torch.layout import layout_of


def rows(*shape, grad=False):
    return torch.randn(*shape).requires_grad_(grad)


def left_to_pytorch(report):
    return [operation for graph in report.graphs for operation, _ in graph.pytorchs]


@pytest.mark.parametrize("view", [((2, 2), (1, 2), 0), ((3, 2), (4, 1), 5), ((2, 3, 2), (1, 2, 3), 1), ((4, 3), (0, 2), 2),
                                  ((), (), 3), ((3,), (2,), None)])
@pytest.mark.parametrize("seen", [lambda x: x, lambda x: x.T, lambda x: x[None]])
def test_views_by_strides(view, seen):
    def f(x):
        return seen(x).as_strided(*view) * 2, seen(x.exp()).as_strided(*view), seen(x + 1).mT.contiguous().as_strided(*view).sum()
    assert not left_to_pytorch(check(f, rows(4, 6)))
    check(f, rows(4, 6, grad=True), times=2)


def test_views_of_an_arguments_memory():
    """An argument that begins later in its memory, of which a view shows more than the argument."""
    def f(x):
        return x.as_strided((3,), (1,), 0) + 1, x.split(2)[1].as_strided((2,), (3,), 1) * 2
    x, fast = torch.arange(10.0), compiled(f)
    for start in (0, 5):
        torch.testing.assert_close(fast(x[start:start + 5]), f(x[start:start + 5]))
    assert not left_to_pytorch(broadloom.torch.last_report())
    view = compiled(lambda x: x.as_strided((2,), (1,), 0))(x[5:])
    assert view.data_ptr() == x.data_ptr()


def test_views_of_memory_that_others_hide():
    def f(x):
        return x.exp()[::2].as_strided((4,), (1,), 0) + 1, x.exp()[1:].as_strided((2,), (1,), 0) * 2
    assert set(left_to_pytorch(check(f, rows(8)))) == {"aten.as_strided.default"}


def test_views_of_sizes_that_vary():
    f = compiled(lambda x: x.exp().as_strided((x.shape[0] // 2,), (2,)) + 1, dynamic=True)
    for size in (8, 10, 30):
        x = rows(size)
        torch.testing.assert_close(f(x), x.exp()[:size - size % 2:2] + 1)


@pytest.mark.parametrize("seen", [lambda x: x, lambda x: x.T])
def test_writes_by_strides(seen):
    def f(x, y):
        return torch.as_strided_scatter(seen(x.exp()), y, (2, 3), (9, 2), 4) * 2
    assert not left_to_pytorch(check(f, rows(4, 6), rows(2, 3), times=2))


def test_gradients_of_writes_by_strides():
    def f(x, y):
        return torch.as_strided_scatter(x.exp(), y, (2, 3), (9, 2), 4) * 2
    assert not left_to_pytorch(check(f, rows(4, 6, grad=True), rows(2, 3, grad=True)))


def test_views_of_nothing():
    def f(x, y):
        return torch.as_strided_scatter(x.exp(), y, (0,), (1,)), x.exp().as_strided((0, 2), (1, 1)).sum()
    assert not left_to_pytorch(check(f, rows(4), rows(0)))


def test_writes_to_an_arguments_memory():
    def f(x, y):
        return torch.as_strided_scatter(x, y, (2,), (1,), 4) * 2
    x, y, fast = torch.arange(10.0), rows(2), compiled(f)
    for start in (0, 3):
        torch.testing.assert_close(fast(x[start:start + 6], y), f(x[start:start + 6], y))


@pytest.mark.parametrize("strides", [(7, 1), (1, 5), (3, 20), (0, 1)])
def test_results_with_gaps(strides):
    """The same strides, of results and of what PyTorch reads between kernels."""
    def f(x):
        y = torch.ops.aten.copy(torch.empty_strided(x.shape, strides), x.exp())
        return y, torch.ops.aten.sort(y)[0] + y, torch.ops.aten.copy(y.T, x.T)
    report = check(f, rows(4, 3), times=2)
    assert left_to_pytorch(report) == ["aten.sort.default"]


def test_writes_to_views_with_gaps():
    def f(x, y):
        return (torch.ops.aten.copy(x.exp()[1:, 1:3], y), torch.select_scatter(x[:, ::2], x[:, 0], 1, 1),
                torch.slice_scatter(x.T, x.T[1:2] * 2, 0, 2, 3))
    assert not left_to_pytorch(check(f, rows(4, 6), rows(3, 2), times=2))
    for grad in (False, True):
        check(lambda x: torch.diagonal_scatter(x[:, 1:5], x[0, :4].exp()) * 2, rows(4, 6, grad=grad))


@pytest.mark.parametrize("dim, index", [(0, 1), (1, -1), (2, 0)])
def test_one_line_written(dim, index):
    def f(x, y):
        return torch.select_scatter(x * 2, y, dim, index).exp()
    x = rows(2, 3, 4, grad=True)
    assert not left_to_pytorch(check(f, x, rows(*x.select(dim, 0).shape, grad=True), times=2))
    check(f, torch.arange(24).reshape(2, 3, 4), torch.ones(x.select(dim, 0).shape, dtype=torch.int64))


def test_results_that_begin_later_in_memory():
    x = rows(4, 6)[1:, 1:3]
    layout = layout_of(x)
    memory = torch.from_dlpack(layout.stored(bl.asarray(x.numpy())))
    assert memory.shape == (21,) and memory[:7].tolist() == [0] * 7
    torch.testing.assert_close(memory.as_strided(*layout.view), x)


def test_pads_in_circles():
    report = check(lambda x: functional.pad(x, (1, 2, 0, 3), mode="circular").tanh(), rows(2, 3, 4, 5, grad=True))
    assert not left_to_pytorch(report)


def test_elements_that_may_be_any():
    def f(x):
        return torch.empty(3, 4).shape, torch.empty_like(x.T).fill_(2), x.new_empty_strided((2, 3), (1, 2)).zero_() + 1
    assert not left_to_pytorch(check(lambda x: f(x)[1:], rows(3, 5)))
    assert not left_to_pytorch(check(lambda x: x.sgn() * 2, rows(3, 5, grad=True)))


def test_rolling_one_element():
    check(lambda x: x.roll(3) + 1, torch.tensor(2.0))
