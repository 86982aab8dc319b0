"""scan, while and cond: bodies are programs, several turns of a scan together, and a loop in Python runs them."""

import math

import broadloom as bl

from ._equations import Flat, expansion
from ._program import Program, step
from ._rules import is_immediate, rule
from ._types import Type, type_of

LONGEST_WRITTEN_OUT = 8  # turns of a scan that become part of what is around it,
MOST_WRITTEN_OUT = 256   # if they are not more than so many equations
MOST_TOGETHER = 256      # equations that are traced together for several turns of a scan
MOST_TURNS = 16
MOST_SELECTED = 1 << 15  # elements of all branches of a cond up to which all are computed


@rule("element")
def element(equation, x):
    """x[i]: what a turn of a scan sees of a sequence."""
    return x[equation.params["index"]]


def _is_straight(flat):
    return not any(map(is_immediate, flat.equations))


def _turns(flat, params, operands, length):
    """Adds the turns of a scan; returns the carry, and for each turn its results."""
    first, last = params["num_consts"], params["num_consts"] + params["num_carry"]
    constants, carry, sequences = operands[:first], operands[first:last], operands[last:]
    collected = [None] * length
    for i in reversed(range(length)) if params["reverse"] else range(length):
        here = [flat.emit("element", {"index": i}, [x], [flat.types[x].inner()])[0] for x in sequences]
        results = flat.inline(params["jaxpr"], [*constants, *carry, *here])
        carry, collected[i] = results[:params["num_carry"]], results[params["num_carry"]:]
    return carry, collected


@step("scan")
class Scan:
    """Operands are constants, carry and sequences, results carry and sequences."""

    def __init__(self, equation):
        self._params, self._operand_types = equation.params, equation.operand_types
        self._length, self._is_reversed = equation.params["length"], equation.params["reverse"]
        self._first = equation.params["num_consts"]
        self._last = self._first + equation.params["num_carry"]
        self._types = equation.result_types[self._last - self._first:]
        self._together = self._fitting_turns()
        self._programs = {turns: self._program(turns) for turns in {self._together, self._length % self._together} - {0}}

    def _fitting_turns(self):
        body = Flat.of(self._params["jaxpr"])
        fitting = min(MOST_TURNS, MOST_TOGETHER // max(len(body.equations), 1), self._length)
        return max(fitting, 1) if _is_straight(body) else 1

    def _program(self, turns):
        types = [type if i < self._last else type.inner().outer(turns) for i, type in enumerate(self._operand_types)]

        def build(flat, inputs):
            carry, collected = _turns(flat, self._params, inputs, turns)
            return [*carry, *(y for parts in collected for y in parts)]
        return Program(Flat(types, build))

    def __call__(self, *operands):
        constants, carry, sequences = operands[:self._first], operands[self._first:self._last], operands[self._last:]
        collected = [bl.empty(shape, dtype=dtype) for shape, dtype in self._types]
        for start, stop in self._blocks():
            results = self._programs[stop - start](*constants, *carry, *[x[start:stop] for x in sequences])
            carry, parts = results[:len(carry)], iter(results[len(carry):])
            for i in range(start, stop):
                for whole in collected:
                    whole[i] = next(parts)
            bl.eval(*collected)  # so that no parts wait to be written
        return [*carry, *collected]

    def _blocks(self):
        starts = range(0, self._length, self._together)
        blocks = [(start, min(start + self._together, self._length)) for start in starts]
        return reversed(blocks) if self._is_reversed else blocks


@step("while")
class While:
    """The condition is computed with the turn before it. One with axes is of as many loops, each of which ends by itself."""

    def __init__(self, equation):
        self._params, types = equation.params, equation.operand_types
        self._first = self._params["cond_nconsts"]
        self._last = self._first + self._params["body_nconsts"]
        going = type_of(self._params["cond_jaxpr"].jaxpr.outvars[0].aval)
        self._condition = Program(Flat(types, self._add_condition))
        self._turn = Program(Flat([going, *types], self._add_turn))

    def __call__(self, *operands):
        constants, carry = operands[:self._last], operands[self._last:]
        goes_on, going = self._condition(*operands)
        while goes_on:
            goes_on, going, *carry = self._turn(going, *constants, *carry)
        return carry

    def _add_condition(self, flat, operands):
        """Whether any loop goes on, and which do."""
        going, = flat.inline(self._params["cond_jaxpr"], [*operands[:self._first], *operands[self._last:]])
        rank = len(flat.types[going].shape)
        if not rank:
            return going, going
        return flat.emit("reduce_or", {"axes": tuple(range(rank))}, [going], [Type((), flat.types[going].dtype)])[0], going

    def _add_turn(self, flat, operands):
        going, *operands = operands
        carry = flat.inline(self._params["body_jaxpr"], operands[self._first:])
        if flat.types[going].shape:
            carry = [_select(flat, going, new, old) for new, old in zip(carry, operands[self._last:])]
        return [*self._add_condition(flat, [*operands[:self._last], *carry]), *carry]


def _select(flat, going, new, old):
    """What of a carry is new, where loops go on, and what is old."""
    type, axes = flat.types[new], tuple(range(len(flat.types[going].shape)))
    going, = flat.emit("broadcast_in_dim", {"broadcast_dimensions": axes}, [going], [Type(type.shape, flat.types[going].dtype)])
    return flat.emit("select_n", {}, [going, old, new], [type])[0]


@step("cond")
class Cond:
    """The first operand says which branch; beyond the last one it is the last."""

    def __init__(self, equation):
        self._branches = [Program(Flat.of(branch)) for branch in equation.params["branches"]]

    def __call__(self, which, *operands):
        return self._branches[_clamped(which, self._branches)](*operands)


def _clamped(which, branches):
    return min(max(int(which), 0), len(branches) - 1)


@expansion("scan")
def write_out_scan(flat, eqn, operands):
    """Short ones become part of what is around them."""
    length, body = eqn.params["length"], Flat.of(eqn.params["jaxpr"])
    if not _is_straight(body) or not 0 < length <= LONGEST_WRITTEN_OUT or length * len(body.equations) > MOST_WRITTEN_OUT:
        return flat.add_as_it_is(eqn, operands)
    carry, collected = _turns(flat, eqn.params, operands, length)
    stacked = [flat.emit("stack", {"axis": 0}, parts, [flat.types[parts[0]].outer(length)])[0] for parts in zip(*collected)]
    return [*carry, *stacked]


@expansion("cond")
def compute_branches(flat, eqn, operands):
    """A branch that is known is written out; of small ones all are computed, and their results selected."""
    branches, (which, *rest) = eqn.params["branches"], operands
    if which in flat.constants:
        return flat.inline(branches[_clamped(flat.constants[which], branches)], rest)
    bodies = [Flat.of(branch) for branch in branches]
    if not all(map(_is_straight, bodies)) or sum(map(_work, bodies)) > MOST_SELECTED:
        return flat.add_as_it_is(eqn, operands)
    cases = zip(*[flat.inline(branch, rest) for branch in branches])
    return [flat.emit("select_n", {}, [which, *case], [flat.types[case[0]]])[0] for case in cases]


def _work(flat):
    """Elements that are read and written."""
    return sum(math.prod(type.shape) for equation in flat.equations for type in equation.operand_types + equation.result_types)
