"""Primitives that arrange elements: shapes, slices, joins, and arrays of counted numbers."""

import functools

import numpy as np

import broadloom as bl

from ._rules import rule


def spread(x, shape, axes):
    """x broadcast to `shape`, its axes being `axes` there."""
    extents = [1] * len(shape)
    for axis, extent in zip(axes, x.shape):
        extents[axis] = extent
    return bl.broadcast_to(bl.reshape(x, tuple(extents)), tuple(shape))


@rule("broadcast_in_dim")
def broadcast(equation, x, *extents):
    return spread(x, equation.result_types[0].shape, equation.params["broadcast_dimensions"])


@rule("broadcast_to", "reshape", "squeeze")
def reshape(equation, x, *extents):
    shape = equation.result_types[0].shape
    return bl.broadcast_to(x, shape) if equation.name == "broadcast_to" else bl.reshape(x, shape)


@rule("transpose")
def transpose(equation, x):
    return bl.permute_dims(x, equation.params["permutation"])


@rule("rev")
def reverse(equation, x):
    return bl.flip(x, axis=equation.params["dimensions"])


@rule("slice")
def slice_with_steps(equation, x):
    starts, stops = equation.params["start_indices"], equation.params["limit_indices"]
    steps = equation.params["strides"] or (1,) * x.ndim
    return x[tuple(map(slice, starts, stops, steps))]


@rule("concatenate")
def concatenate(equation, *parts):
    return parts[0] if len(parts) == 1 else bl.concat(parts, axis=equation.params["dimension"])


@rule("stack")
def stack(equation, *parts):
    axis = equation.params["axis"]
    if "by_choice" not in equation.params:
        return bl.stack(parts, axis=axis)
    parts = [bl.expand_dims(part, axis) for part in parts]
    place = bl.reshape(bl.arange(len(parts)), tuple(-1 if i == axis else 1 for i in range(parts[0].ndim)))
    return functools.reduce(lambda chosen, i: bl.where(place == i, parts[i], chosen), range(1, len(parts)), parts[0])


@rule("unstack")
def unstack(equation, x):
    axis = equation.params["axis"]
    return [x[(slice(None),) * axis + (i,)] for i in range(x.shape[axis])]


@rule("split")
def split(equation, x):
    axis = equation.params["axis"]
    stops = np.cumsum(equation.params["sizes"]).tolist()
    return [x[(slice(None),) * axis + (slice(start, stop),)] for start, stop in zip([0, *stops], stops)]


@rule("tile")
def tile(equation, x):
    return bl.tile(x, equation.params["reps"])


@rule("iota")
def iota(equation):
    shape, dtype = equation.result_types[0]
    axis = equation.params["dimension"]
    return spread(bl.arange(shape[axis]).astype(dtype), shape, (axis,))


@rule("pad")
def pad(equation, x, value):
    return padded(x, value, equation.params["padding_config"])


def padded(x, value, config):
    """For each axis the padding before, behind and between elements. Negative padding cuts."""
    if not any(map(any, config)):
        return x
    extents = [extent + max(extent - 1, 0) * gap for extent, (_, _, gap) in zip(x.shape, config)]
    result = bl.copy(bl.broadcast_to(value, tuple(n + max(low, 0) + max(high, 0) for n, (low, high, _) in zip(extents, config))))
    result[tuple(slice(max(low, 0), max(low, 0) + n, gap + 1) for n, (low, _, gap) in zip(extents, config))] = x
    return result[tuple(slice(max(-low, 0), n - max(-high, 0)) for n, (low, high, _) in zip(result.shape, config))]
