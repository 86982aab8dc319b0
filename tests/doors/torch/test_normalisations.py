"""Normalisations: eager's values and gradients."""

import pytest
import torch
from comparing import check
from torch.nn import functional as F


def picture(dtype=torch.float32, batch=3):
    return (2 * torch.randn(batch, 8, 5, 7)).to(dtype)


@pytest.mark.parametrize("groups", [1, 2, 8])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("batch", [1, 3])
def test_group_norm(groups, dtype, batch):
    torch.manual_seed(0)
    x, scale = (picture(dtype, batch).requires_grad_() for _ in range(2))
    weight, bias = (torch.randn(8, dtype=dtype).requires_grad_() for _ in range(2))
    for arguments in ((x, scale), (x, scale, weight), (x, scale, weight, bias), (x.detach(), scale.detach(), weight)):
        assert_ours(check(lambda x, scale, *parameters: F.group_norm(x, groups, *parameters) * scale, *arguments))


def test_group_norm_of_halves_beside_float32_parameters():
    """Mean, scale and the parameters' gradients are float32 then."""
    torch.manual_seed(0)
    x, weight, bias = picture(torch.float16).requires_grad_(), torch.randn(8).requires_grad_(), torch.randn(8).requires_grad_()
    assert_ours(check(lambda *arguments: F.group_norm(arguments[0], 2, *arguments[1:]), x, weight, bias))
    check(lambda *arguments: torch.ops.aten.native_group_norm(*arguments, 3, 8, 35, 2, 1e-5)[1], x.detach(), weight.detach(), bias.detach())


def test_other_normalisations():
    torch.manual_seed(0)
    x, weight = picture().requires_grad_(), torch.randn(7).requires_grad_()
    for f in (lambda x, w: F.instance_norm(x), lambda x, w: F.layer_norm(x, (7,), w, w), lambda x, w: F.rms_norm(x, (7,), w),
              lambda x, w: F.normalize(x, dim=-1) * w, lambda x, w: F.batch_norm(x, None, None, training=True)):
        assert_ours(check(f, x, weight))


def assert_ours(report):
    assert report.graphs and not any(graph.pytorchs for graph in report.graphs)
