"""Operations on what was just stacked are done on its parts: `jnp.stack([dx, dy, dz]) * dt` makes three arrays, stacked later.

Joins are stored, so what is computed from the parts directly is one kernel. A stack that nobody needs is dropped.
"""

import dataclasses
import functools
import math

from ._rules import ELEMENTWISE
from ._types import Type

MOST_PARTS = 4
MOST_CHOSEN = 4096  # elements of a stack that is made by choosing


def note_stack(flat, equation):
    """Remembers what a stack is of."""
    if equation.name == "stack" and len(equation.operands) <= MOST_PARTS:
        flat.stacks[equation.results[0]] = equation.params["axis"], equation.operands


def mark_last_stacks(equations):
    """Small stacks that no operation reads are made by choosing, element by element, which costs less than storing parts."""
    used = {value for equation in equations for value in equation.operands}
    chosen = [equation for equation in equations if _is_small(equation, used)]
    replaced = {equation: dataclasses.replace(equation, params={**equation.params, "by_choice": True}) for equation in chosen}
    return [replaced.get(equation, equation) for equation in equations]


def _is_small(equation, used):
    return (equation.name == "stack" and len(equation.operands) <= MOST_PARTS and equation.results[0] not in used and
            math.prod(equation.result_types[0].shape) <= MOST_CHOSEN)


def through_stacks(flat, name, params, operands, types, source):
    """The values of the results, where they can be had from the parts of an operand; else None."""
    stack = next((flat.stacks[value] for value in operands if value in flat.stacks), None)
    if stack is None:
        return None
    if name in ELEMENTWISE and len(types) == 1:
        return _of_parts(flat, name, params, operands, types, source, stack)
    axis, parts = stack
    if name == "slice" and _is_one_part(flat, axis, params, operands[0]):
        return flat.emit("reshape", {}, [parts[params["start_indices"][axis]]], types, source)
    if name == "element" and axis == 0:
        return [parts[params["index"]]]
    if name == "unstack" and params["axis"] == axis:
        return list(parts)
    if name == "reduce_sum" and tuple(params["axes"]) == (axis,):
        return [functools.reduce(lambda x, y: flat.emit("add", {}, [x, y], types, source)[0], parts)]
    return None


def _is_one_part(flat, axis, params, value):
    starts, stops = params["start_indices"], params["limit_indices"]
    bounds = enumerate(zip(starts, stops, flat.types[value].shape))
    whole = all((start, stop) == (0, extent) for i, (start, stop, extent) in bounds if i != axis)
    return whole and set(params["strides"] or (1,)) == {1} and stops[axis] - starts[axis] == 1


def _of_parts(flat, name, params, operands, types, source, stack):
    axis, parts = stack
    shape, dtype = types[0]
    inner = Type(shape[:axis] + shape[axis + 1:], dtype)
    results = [flat.emit(name, params, [_part(flat, value, axis, i, source) for value in operands], [inner], source)[0]
               for i in range(len(parts))]
    return flat.emit("stack", {"axis": axis}, results, types, source)


def _part(flat, value, axis, i, source):
    """The value's part that belongs to part i of a stack."""
    shape, dtype = flat.types[value]
    if not shape:
        return value
    if flat.stacks.get(value, (None, ()))[0] == axis:
        return flat.stacks[value][1][i]
    bounds = [(i, i + 1) if k == axis else (0, extent) for k, extent in enumerate(shape)]
    starts, stops = zip(*bounds)
    cut = Type(shape[:axis] + (1,) + shape[axis + 1:], dtype)
    one, = flat.emit("slice", {"start_indices": starts, "limit_indices": stops, "strides": None}, [value], [cut], source)
    return flat.emit("reshape", {}, [one], [Type(shape[:axis] + shape[axis + 1:], dtype)], source)[0]
