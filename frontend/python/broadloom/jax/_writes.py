"""Scatters of a single window whose place is known, as `x.at[1:-1].set(y)` is: writes to a slice."""

import builtins

import numpy as np
from jax.extend.source_info_util import summarize

import broadloom as bl

from ._equations import expansion
from ._indexing import SCATTERS, sizes_of_windows
from ._rules import rule


@rule("write_window")
def write_window(equation, x, update):
    """x, with the update combined with what is there."""
    where, function = equation.params["where"], equation.params["function"]
    result = bl.copy(x)
    update = bl.reshape(update, result[where].shape)
    result[where] = update if function is None else function(x[where], update)
    return result


@expansion(*SCATTERS)
def scatter_window(flat, eqn, operands):
    """What is not of that kind stays a scatter."""
    x, indices, updates = operands
    numbers, shape = eqn.params["dimension_numbers"], flat.types[x].shape
    is_single = all(extent == 1 for extent in flat.types[indices].shape[:-1])
    if indices not in flat.constants or not is_single or numbers.operand_batching_dims:
        return flat.add_as_it_is(eqn, operands)
    sizes = sizes_of_windows(numbers, len(shape), flat.types[updates].shape)
    starts = [0] * len(shape)
    for axis, start in zip(numbers.scatter_dims_to_operand_dims, np.asarray(flat.constants[indices]).ravel().tolist()):
        starts[axis] = start
    last = [extent - size for extent, size in zip(shape, sizes)]
    if eqn.params["mode"].name == "CLIP":
        starts = [min(max(start, 0), end) for start, end in zip(starts, last)]
    if any(not 0 <= start <= end for start, end in zip(starts, last)):
        return [x]
    where = tuple(builtins.slice(start, start + size) for start, size in zip(starts, sizes))
    params = {"where": where, "function": SCATTERS[eqn.primitive.name]}
    return flat.emit("write_window", params, [x, updates], [flat.types[x]], summarize(eqn.source_info))
