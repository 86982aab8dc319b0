"""Sorting: NaNs last, equal elements in their order."""

import broadloom as bl

from ._rules import rule


@rule("sort", immediate=True)
def sort(equation, *operands):
    axis, count = equation.params["dimension"], equation.params["num_keys"]
    if len(operands) == 1:
        return bl.sort(operands[0], axis=axis)
    order = (bl.argsort(operands[0], axis=axis, stable=True) if count == 1 else
             bl.lexsort(operands[count - 1::-1], axis=axis))
    return [bl.take_along_axis(x, order, axis=axis) for x in operands]


@rule("top_k", immediate=True)
def top_k(equation, x):
    """The largest first, NaNs before all; of equal ones the first. So in reverse order, sorted from the end."""
    axis = equation.params.get("axis", x.ndim - 1) % x.ndim
    order = bl.flip(bl.argsort(bl.flip(x, axis=axis), axis=axis, stable=True), axis=axis)
    order = order[(slice(None),) * axis + (slice(0, equation.params["k"]),)]
    order = x.shape[axis] - 1 - order
    return bl.take_along_axis(x, order, axis=axis), order.astype(equation.result_types[1].dtype)
