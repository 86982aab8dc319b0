"""Group normalisation in parts that keep to one shape, (batch, group, channel, element): all loops over it can be one.

Formulas: y = (x - mean) / sqrt(var + eps) weight + bias over the channels and elements of a group, and its derivatives (Wu and
He, Group Normalization, 2018). PyTorch's own decompositions go through other shapes between the sums.
"""

import torch
from torch._prims_common import get_computation_dtype

aten = torch.ops.aten


def in_groups(tensor, groups, channels):
    """A number for each channel beside arrays of the shape."""
    return tensor.reshape(1, groups, channels // groups, 1)


def dtype_of_parameters(*tensors):
    """Float32 beside an input of half of that: of mean and scale, and of the parameters' derivatives."""
    return next(tensor.dtype for tensor in tensors if tensor is not None)


def group_norm(input, weight, bias, N, C, HxW, group, eps):
    x = input.to(get_computation_dtype(input.dtype)).reshape(N, group, C // group, HxW)
    var, mean = torch.var_mean(x, dim=(2, 3), correction=0, keepdim=True)
    rstd = torch.rsqrt(var + eps)
    scale = rstd if weight is None else rstd * in_groups(weight, group, C)
    shift = -mean * scale if bias is None else in_groups(bias, group, C) - mean * scale
    y = x * scale + shift
    kept = dtype_of_parameters(weight, bias, input)
    return (y.reshape(input.shape).to(input.dtype), *(number.reshape(N, group).to(kept) for number in (mean, rstd)))


def group_norm_backward(grad_out, input, mean, rstd, weight, N, C, HxW, group, output_mask):
    shape, kept = (N, group, C // group, HxW), mean.dtype
    grad, x = (tensor.to(get_computation_dtype(input.dtype)).reshape(shape) for tensor in (grad_out, input))
    mean, rstd = (number.to(get_computation_dtype(input.dtype)).reshape(N, group, 1, 1) for number in (mean, rstd))
    with_x, alone = (grad * x).sum(3, keepdim=True), grad.sum(3, keepdim=True)
    of_input = of_weight = of_bias = None
    if output_mask[0]:
        scale = 1 if weight is None else in_groups(weight, group, C)
        sum_with_x, sum_alone = ((sums * scale).sum(2, keepdim=True) for sums in (with_x, alone))
        of_x = (sum_alone * mean - sum_with_x) * rstd * rstd * rstd / (HxW * (C // group))
        constant = -of_x * mean - sum_alone * rstd / (HxW * (C // group))
        of_input = (grad * (rstd * scale) + x * of_x + constant).reshape(input.shape).to(input.dtype)
    if output_mask[1]:
        of_weight = ((with_x - alone * mean) * rstd).sum(0).reshape(C).to(kept)
    if output_mask[2]:
        of_bias = alone.sum(0).reshape(C).to(kept)
    return of_input, of_weight, of_bias


NORMALISATIONS = {aten.native_group_norm.default: group_norm, aten.native_group_norm_backward.default: group_norm_backward}
