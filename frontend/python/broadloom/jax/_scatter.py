"""Scatters: where windows go is traced, as numbers of rows; then updates are written, or accumulated, into these rows.

A row is what lies at one place of the axes along which windows begin somewhere (`Windows.picked`). Windows that are not inside go
to a row behind the last one, which is cut off. A single window whose place is known, as of `x.at[1:-1].set(y)`, is a slice.
"""

import math

import numpy as np
from jax.extend.source_info_util import summarize

import broadloom as bl

from ._equations import expansion
from ._indexing import Windows, order_of_result
from ._rules import rule
from ._types import Type

FUNCTIONS = {"scatter": None, "scatter-add": bl.add, "scatter-sub": bl.subtract, "scatter-mul": bl.multiply,
             "scatter-max": bl.maximum, "scatter-min": bl.minimum}
MOST_COPIED = 1 << 16  # elements that are copied rather than a view made, which takes as long


@expansion(*FUNCTIONS)
def scatter(flat, eqn, operands):
    x, indices, updates = operands
    types = flat.types[x], flat.types[indices], flat.types[updates]
    function, source = FUNCTIONS[eqn.primitive.name], summarize(eqn.source_info)
    if 0 in types[0].shape + types[2].shape:
        return [x]
    if indices in flat.constants and math.prod(types[1].shape[:-1]) == 1:
        return _write_slice(flat, eqn, operands, types, source)
    layout = _Layout(eqn.params["dimension_numbers"], *types)
    params = {"layout": layout, "clips": eqn.params["mode"].name == "CLIP"}
    rows, = flat.emit("rows_of_windows", params, [indices], [Type(layout.index_shape, np.dtype("int64"))], source)
    arranged = Type(layout.update_shape, types[2].dtype)
    updates, = flat.emit("updates_of_rows", {"layout": layout}, [updates], [arranged], source)
    name = "write_rows" if function is None else "accumulate_rows"
    return flat.emit(name, {"layout": layout, "function": function}, [x, rows, updates], [types[0]], source)


class _Layout:
    """How a scatter's axes become rows and what is in a row."""

    def __init__(self, numbers, x, indices, updates):
        self.numbers, self.shape = numbers, x.shape
        self.sizes = _sizes_of_windows(numbers, len(x.shape), updates.shape)
        windows = self.windows(bl.zeros(indices.shape, dtype="int64"))
        self.axes, self.picked = (*windows.picked, *windows.whole), windows.picked
        self.rows = math.prod(x.shape[axis] for axis in windows.picked)
        self.index_shape = windows.batch + tuple(self.sizes[axis] for axis in windows.kept)
        self.update_shape = self.index_shape + tuple(x.shape[axis] for axis in windows.whole)
        self.start = bl.jit(self.to_rows)
        is_small = math.prod(self.shape) <= MOST_COPIED
        self.finish = bl.jit(lambda rows: bl.copy(self.from_rows(rows), order="C")) if is_small else self.from_rows
        self.update_axes = tuple(np.argsort(order_of_result(len(updates.shape), numbers.update_window_dims, windows)).tolist())

    def windows(self, indices):
        numbers = self.numbers
        return Windows(self.shape, indices, self.sizes, numbers.scatter_dims_to_operand_dims, numbers.inserted_window_dims,
                       numbers.operand_batching_dims, numbers.scatter_indices_batching_dims)

    def to_rows(self, x):
        """A copy of the operand as rows, with one more at the end."""
        inner = tuple(self.shape[axis] for axis in self.axes[len(self.picked):])
        result = bl.empty((self.rows + 1, *inner), dtype=x.dtype)
        result[:-1] = bl.reshape(bl.permute_dims(x, self.axes), (self.rows, *inner))
        return result

    def from_rows(self, rows):
        arranged = bl.reshape(rows[:-1], tuple(self.shape[axis] for axis in self.axes))
        return bl.permute_dims(arranged, tuple(np.argsort(self.axes).tolist()))


def _sizes_of_windows(numbers, rank, update_shape):
    """Along each axis of the operand."""
    dropped = (*numbers.inserted_window_dims, *numbers.operand_batching_dims)
    sizes = [1] * rank
    for axis, place in zip((axis for axis in range(rank) if axis not in dropped), numbers.update_window_dims):
        sizes[axis] = update_shape[place]
    return sizes


@rule("rows_of_windows")
def rows_of_windows(equation, indices):
    """Which row each update goes to."""
    layout = equation.params["layout"]
    windows = layout.windows(indices)
    row = bl.zeros((), dtype="int64")
    for axis, places in zip(windows.picked, windows.index()):
        row = row * layout.shape[axis] + places
    row = bl.broadcast_to(bl.reshape(row, ()) if layout.index_shape == () else row, layout.index_shape)
    if equation.params["clips"]:
        return row
    inside = bl.reshape(windows.are_inside(), windows.batch + (1,) * len(windows.kept))
    return bl.where(inside, row, layout.rows)


@rule("updates_of_rows")
def updates_of_rows(equation, updates):
    layout = equation.params["layout"]
    return bl.reshape(bl.permute_dims(updates, layout.update_axes), layout.update_shape)


@rule("write_rows")
def write_rows(equation, x, rows, updates):
    layout = equation.params["layout"]
    result = layout.to_rows(x)
    if rows.ndim == 0:  # an index that is one number is looked at when it is written
        rows, updates = rows[None], updates[None]
    result[rows] = updates
    return layout.from_rows(result)


@rule("accumulate_rows", immediate=True)
def accumulate_rows(equation, x, rows, updates):
    layout = equation.params["layout"]
    result = layout.start(x)
    equation.params["function"].at(result, rows, updates)
    return layout.finish(result)


def _write_slice(flat, eqn, operands, types, source):
    """A single window at a known place."""
    numbers, shape = eqn.params["dimension_numbers"], types[0].shape
    sizes, starts = _sizes_of_windows(numbers, len(shape), types[2].shape), [0] * len(shape)
    for axis, start in zip(numbers.scatter_dims_to_operand_dims, np.asarray(flat.constants[operands[1]]).ravel().tolist()):
        starts[axis] = start
    last = [extent - size for extent, size in zip(shape, sizes)]
    if eqn.params["mode"].name == "CLIP":
        starts = [min(max(start, 0), end) for start, end in zip(starts, last)]
    if any(not 0 <= start <= end for start, end in zip(starts, last)):
        return [operands[0]]
    where = tuple(slice(start, start + size) for start, size in zip(starts, sizes))
    params = {"where": where, "function": FUNCTIONS[eqn.primitive.name]}
    return flat.emit("write_slice", params, [operands[0], operands[2]], [types[0]], source)


@rule("write_slice")
def write_slice(equation, x, update):
    """x, with the update combined with what is there."""
    where, function = equation.params["where"], equation.params["function"]
    result = bl.copy(x)
    update = bl.reshape(update, result[where].shape)
    result[where] = update if function is None else function(x[where], update)
    return result
