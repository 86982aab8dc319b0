"""The backend: forward and backward, what stays with PyTorch, memory, dynamic shapes, options."""

import gc
import warnings

import pytest
import torch
from comparing import check, compiled
from torch.nn import functional

import broadloom as bl
import broadloom.torch


def rows(*shape, grad=False, dtype=torch.float32):
    return torch.randn(*shape, dtype=dtype).requires_grad_(grad)


def all_ours(report):
    return report.graphs and not any(graph.pytorchs for graph in report.graphs)


def test_forward_and_backward_in_one_part_each():
    report = check(lambda x, w, b: functional.gelu(x @ w + b).softmax(-1), rows(4, 8, grad=True), rows(8, 16, grad=True),
                   rows(16, grad=True), times=3)
    assert all_ours(report) and [(graph.name, graph.kernels) for graph in report.graphs] == [("forward", 1), ("backward", 1)]


def test_powers_that_pytorch_multiplies():
    x = torch.tensor([0.0, -0.0, 1.5, -2.5, 1e30, 1e-30, float("inf"), -float("inf"), float("nan")])
    check(lambda x: tuple(x ** exponent for exponent in (2, 3, 0.5, -0.5, -1, -2, 1, 4, 2.5)), x)
    check(lambda x: tuple(x ** exponent for exponent in (2, 3, 0.5, -0.5, -1, -2, 1, 4, 2.5)), x.double())
    check(lambda x: tuple(x ** exponent for exponent in (0.5, -0.5)), torch.tensor([-0.0, -float("inf"), 2]).half())
    check(lambda x: (x ** 2, x ** 3), torch.arange(-5, 5))


def test_without_gradients():
    report = check(lambda x: (x - x.mean(1, keepdim=True)) / x.std(1, keepdim=True), rows(30, 40), times=2)
    assert all_ours(report) and [graph.name for graph in report.graphs] == ["inference"]


@pytest.mark.parametrize("shape", [(5,), (2, 3), ()])
def test_products_of_three(shape):
    arguments = rows(*shape, 4, grad=True), rows(*shape, 6, grad=True), rows(3, 4, 6, grad=True), rows(3, grad=True)
    assert all_ours(check(functional.bilinear, *arguments))


def test_what_is_lacking_stays_with_pytorch():
    def f(x, weight):
        y = functional.conv2d(x.exp(), weight, padding=1)
        values, places = torch.sort(y * 2, dim=-1)
        return values.relu(), places + 1
    report = check(f, rows(2, 3, 8, 8), rows(4, 3, 3, 3))
    (graph,) = report.graphs
    assert {operation for operation, _ in graph.pytorchs} == {"aten.convolution.default", "aten.sort.default"}
    assert graph.kernels == 3 and graph.ours["aten.exp.default"] == 1


def test_random_numbers_are_eagers():
    def f(x, y):
        return functional.dropout(x * 2, 0.5) + torch.rand_like(y) + functional.dropout(y.sort().values.exp(), 0.3)
    report = check(f, rows(20, 30, grad=True), rows(20, 30))
    assert any("native_dropout" in operation for operation, _ in report.graphs[0].pytorchs)


def test_results_with_other_strides():
    def f(x, y):
        return (x + 1).T, x.T + y, (x * 2).clone(memory_format=torch.contiguous_format), x.expand(2, 4, 6) + 0
    check(f, rows(4, 6), rows(6, 4))
    check(lambda x: x.to(memory_format=torch.channels_last).exp(), rows(2, 3, 4, 5))
    check(lambda x: x.exp(), rows(2, 3, 4, 5).to(memory_format=torch.channels_last))


def test_views_of_arguments_and_of_results():
    def f(x):
        y = x * 2
        return x[1:], x.T, y, y[1:].reshape(-1), y.expand(3, 4, 6), y.sum(0).expand(4, 6)
    check(f, rows(4, 6))
    x = rows(4, 6)
    view, *_ = compiled(f)(x)
    assert view.data_ptr() == x[1:].data_ptr()


def test_copies_are_copies():
    x = rows(5)
    a, b, c = compiled(lambda x: (x.clone(), x.clone(), x + 0))(x)
    a += 1
    b += 2
    c += 3
    torch.testing.assert_close((a - 1, b - 2, c - 3), (x, x, x))
    y, z = compiled(lambda x: ((y := x + 1), y.clone()))(x)
    y += 1
    torch.testing.assert_close(z, x + 1)


def test_results_shrink_and_do_not_grow():
    result = compiled(lambda x: x + 1)(torch.ones(3))
    assert result.resize_(2).tolist() == [2, 2]
    with pytest.raises(RuntimeError, match="not resizable"):
        result.resize_(10)


def test_writes_to_arguments():
    def f(x, y):
        x += y
        x[0] = 7
        return x.sum(), y.mul_(2)
    x, y = rows(3, 4), rows(3, 4)
    ours, theirs = (x.clone(), y.clone()), (x.clone(), y.clone())
    torch.testing.assert_close(compiled(f)(*ours), f(*theirs))
    torch.testing.assert_close(ours, theirs)


def test_running_statistics():
    def trained(wrap):
        torch.manual_seed(3)
        model = torch.nn.Sequential(torch.nn.Linear(6, 5), torch.nn.BatchNorm1d(5), torch.nn.Tanh())
        wrapped = wrap(model)
        for _ in range(3):
            wrapped(torch.randn(8, 6)).square().sum().backward()
        return [x.detach() for x in (*model.state_dict().values(), *(p.grad for p in model.parameters()))]
    torch.testing.assert_close(trained(compiled), trained(lambda model: model))


def test_nothing_is_copied():
    x, y = rows(1 << 20), rows(1 << 20)
    f = compiled(lambda x, y: x * y + 1)
    f(x, y)
    gc.collect()
    bl.reset_peak()
    before = bl.memory_info().live
    result = f(x, y)
    assert bl.memory_info().peak - before == result.nbytes  # the result alone
    assert bl.asarray(result.numpy()).nbytes == result.nbytes
    del result
    gc.collect()
    assert bl.memory_info().live == before


def test_other_sizes_compile_nothing_new():
    def f(x, y, n):
        return (x * n + y).sum(1), x.shape[0] * x.mean(), x.reshape(-1, 2).T
    fast = compiled(f, dynamic=True)
    for size in (4, 6):
        fast(rows(size, 10), rows(size, 10), size % 7 + 2)
    compiles = bl.cache_info().compiles, len(broadloom.torch.last_report().graphs)
    for size in (8, 10, 50, 200):
        arguments = rows(size, 10), rows(size, 10), size % 7 + 3
        torch.testing.assert_close(fast(*arguments), f(*arguments))
    assert (bl.cache_info().compiles, len(broadloom.torch.last_report().graphs)) == compiles


def test_numbers_that_change_are_traced_once():
    traced = []
    original = broadloom.torch.kernel.Kernel._trace

    def counted(self, *operands):
        traced.append(self)
        return original(self, *operands)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(broadloom.torch.kernel.Kernel, "_trace", counted)
        fast = compiled(lambda x, n: x * n + n, dynamic=True)
        for n in range(3, 20):
            x = rows(7, 8)
            torch.testing.assert_close(fast(x, n), x * n + n)
    assert len(traced) == 1


@pytest.mark.parametrize("f", [
    lambda x, y: x / y, lambda x, y: x // 2, lambda x, y: x * 2.5, lambda x, y: x.sum(), lambda x, y: (x > y).sum(0),
    lambda x, y: x.mean(dtype=torch.float64), lambda x, y: x + y.float(), lambda x, y: x ** 2, lambda x, y: x.sqrt(),
    lambda x, y: x % 3 - y % -3,
    lambda x, y: torch.where(x > y, x, 0.5), lambda x, y: x.clamp(-1.5, 2), lambda x, y: x ** y,
    lambda x, y: torch.div(x, 3, rounding_mode="trunc")])
def test_promotion_is_pytorchs(f):
    x, y = torch.randint(-9, 9, (5, 6)), torch.randint(1, 9, (5, 6))
    check(f, x, y)
    check(f, x.to(torch.int8), y)
    check(f, x.to(torch.int32), torch.tensor(3, dtype=torch.int64))


SPECIAL = torch.tensor([0.0, -0.0, 1.0, -1.5, 2.5, 3.5, float("inf"), float("-inf"), float("nan"), 1e-40, 3e38])


@pytest.mark.parametrize("f", [
    lambda x: (x.max(), x.min(), x.argmax(), x.argmin(), x.clamp(0, 1), x.relu(), x.sign(), x.round(), x.abs()),
    lambda x: (x[:, None].maximum(x), x[:, None].fmax(x), x[:, None] % x, x[:, None].fmod(x), x[:, None] ** x),
    lambda x: (x.cumsum(0), x.softmax(0), x.logsumexp(0), x.any(), x.all(), x.isnan(), x.isinf(), x.max(dim=0), x.amax()),
    lambda x: (x.exp(), x.log(), x.tanh(), x.sigmoid(), x.erf(), x.lgamma(), x.digamma(), x.rsqrt(), x.reciprocal(), 1 / x),
    lambda x: (x[:, None] // x, torch.div(x[:, None], x, rounding_mode="trunc"), x[:, None] < x, x[:, None].copysign(x),
               x[:, None].atan2(x))])
def test_special_values(f):
    def flat(x):
        return [leaf for result in f(x) for leaf in (result if isinstance(result, tuple) else (result,))]
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        check(flat, SPECIAL)
        check(flat, SPECIAL.double())


@pytest.mark.parametrize("f", [
    lambda x, i: x[i] * 2, lambda x, i: x.index_select(0, i) + 1, lambda x, i: x.gather(0, i[:, None]),
    lambda x, i: functional.embedding(i, x),
    lambda x, i: x.scatter(1, i[:, None], 2.0), lambda x, i: x.scatter(1, i[:, None].expand(2, 2), 2.0),
    lambda x, i: x.index_add(0, i, x[:2]),
    lambda x, i: x.scatter_add(0, i[:, None], x), lambda x, i: x.index_put((i,), x[0], accumulate=True)])
def test_indices_out_of_bounds_are_errors(f):
    x = rows(2, 3)
    check(f, x, torch.tensor([1, 0]), times=2)
    for beyond in (torch.tensor([0, 3]), torch.tensor([0, -4])):
        with pytest.raises(IndexError):
            compiled(f)(x, beyond)


def test_negative_indices_where_pytorch_refuses_them():
    x, i = rows(4, 3), torch.tensor([0, -1])
    check(lambda x, i: x[i], x, i)
    for f in (lambda x, i: x.index_select(0, i), lambda x, i: x.gather(1, i[:, None]),
              lambda x, i: x.scatter(1, i[:, None], 2.0)):
        with pytest.raises(IndexError):
            compiled(f)(x, i)


@pytest.mark.parametrize("f", [
    lambda x, i: x.scatter_add(0, i, x[:5]), lambda x, i: x.scatter_reduce(0, i, x[:5], "mean", include_self=False),
    lambda x, i: x.index_put((i[:, 0],), x[:5], accumulate=True) * 2,
    lambda x, i: torch.where(x > 0, x, 0).scatter(0, i * 2 % 7, x[:5].exp()),
    lambda x, i: functional.embedding(i, x).sum(2)])
def test_what_meets_in_one_place(f):
    x, i = rows(8, 4, grad=True), torch.randint(8, (5, 4))
    report = check(f, x, i, times=2)
    assert all_ours(report)


@pytest.mark.parametrize("shape", [(0,), (2, 0), (0, 3, 1)])
def test_no_indices_of_any_shape(shape):
    i = torch.zeros(shape, dtype=torch.int64)
    check(lambda x: (x.gather(0, i), x.scatter(0, i, 2.0), x.scatter(0, i, x[i].exp()), x.scatter_reduce(0, i, x[i], "prod")),
          rows(5, grad=True))


def test_masks_count_at_once():
    torch._dynamo.config.capture_dynamic_output_shape_ops = True
    try:
        report = check(lambda x: (x[x > 0] * 2, x.masked_select(x < 0.3), torch.nonzero(x > 1).sum(1)), rows(6, 7), times=2)
    finally:
        torch._dynamo.config.capture_dynamic_output_shape_ops = False
    assert {operation for operation, _ in report.graphs[0].pytorchs} <= {"aten._assert_scalar.default"}


def test_other_dtypes_stay_with_pytorch():
    report = check(lambda x, y: (x * 2, (y + 1).exp()), torch.randn(4, dtype=torch.complex64), rows(4))
    assert [reason for _, reason in report.graphs[0].pytorchs] == ["dtype torch.complex64"]
    check(lambda x: (x.half() * 3).float() + x, rows(6))
    check(lambda x: (x.bfloat16() * 3).float() + x, rows(6))


def test_report_is_given_to_a_function():
    graphs = []
    fast = compiled(lambda x: x.sort().values * 2, report=graphs.append)
    fast(rows(5))
    (graph,) = graphs
    assert graph.pytorchs == {("aten.sort.default", "no such operation"): 1} and graph in broadloom.torch.last_report().graphs


def test_report_is_printed(capsys):
    compiled(lambda x: x.sort().values * 2, report=True)(rows(5))
    assert capsys.readouterr().err == ("inference: 1 of 2 operations in broadloom, in 1 part\n"
                                       "  with PyTorch: aten.sort.default x 1 (no such operation)\n")


@pytest.mark.parametrize("options, error", [({"reports": True}, "only option is 'report', not 'reports'"),
                                            ({"report": 3}, "a bool or a function")])
def test_wrong_options(options, error):
    with pytest.raises(Exception, match=error):
        compiled(lambda x: x + 1, **options)(rows(3))
