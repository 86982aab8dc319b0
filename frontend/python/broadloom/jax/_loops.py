"""scan, while and cond: bodies are traced, several turns of a scan together, and run by a loop in Python."""

import math

import broadloom as bl

from ._equations import Flat, expansion
from ._program import Program, step, stored
from ._rules import is_immediate, rule

LONGEST_WRITTEN_OUT = 8  # turns of a scan that become part of what is around it,
MOST_WRITTEN_OUT = 256   # if they are not more than so many equations
MOST_IN_A_TURN = 128     # equations that are traced together for several turns of a scan
MOST_TURNS = 16
MOST_SELECTED = 1 << 15  # elements of all branches of a cond up to which all are computed


@step("scan")
class Scan:
    """Operands are constants, carry and sequences, results carry and sequences."""

    def __init__(self, equation):
        params = equation.params
        self._program = Program(Flat(params["jaxpr"]))
        self._length, self._is_reversed = params["length"], params["reverse"]
        self._counts = params["num_consts"], params["num_consts"] + params["num_carry"]
        self._carried = params["num_carry"]
        self._types = equation.result_types[self._carried:]
        fitting = min(MOST_TURNS, MOST_IN_A_TURN // max(self._program.size, 1), self._length)
        self._turns = max(fitting, 1) if self._program.is_straight else 1
        self._run = bl.jit(self._several)

    def __call__(self, *operands):
        first, last = self._counts
        constants, carry, sequences = operands[:first], operands[first:last], operands[last:]
        collected = [bl.empty(shape, dtype=dtype) for shape, dtype in self._types]
        for start, stop in self._blocks():
            carry, parts = self._step(constants, carry, sequences, start, stop)
            for whole, part in zip(collected, parts):
                whole[start:stop] = part
        return [*carry, *collected]

    def _blocks(self):
        starts = range(0, self._length, self._turns)
        blocks = [(start, min(start + self._turns, self._length)) for start in starts]
        return reversed(blocks) if self._is_reversed else blocks

    def _step(self, constants, carry, sequences, start, stop):
        if self._program.is_straight:
            results = self._run(stop - start, *constants, *carry, *[x[start:stop] for x in sequences])
        else:
            results = self._program(*constants, *carry, *[bl.copy(x[start]) for x in sequences])
            results[self._carried:] = [y[None] for y in results[self._carried:]]
        return results[:self._carried], results[self._carried:]

    def _several(self, turns, *operands):
        """The turns of one block, written out."""
        first, last = self._counts
        carry, collected = operands[first:last], []
        for i in reversed(range(turns)) if self._is_reversed else range(turns):
            results = self._program.trace(*operands[:first], *carry, *[x[i] for x in operands[last:]])
            carry = results[:self._carried]
            collected.append(results[self._carried:])
        if self._is_reversed:
            collected.reverse()
        return [stored(x) for x in [*carry, *map(bl.stack, zip(*collected))]]


@step("while")
class While:
    """The condition is computed with the turn before it. One with axes is of as many loops, each of which ends by itself."""

    def __init__(self, equation):
        params = equation.params
        self._condition, self._body = Program(Flat(params["cond_jaxpr"])), Program(Flat(params["body_jaxpr"]))
        self._first = params["cond_nconsts"]
        self._last = self._first + params["body_nconsts"]
        is_straight = self._condition.is_straight and self._body.is_straight
        self._turn = bl.jit(self._traced_turn) if is_straight else self._turn_in_steps

    def __call__(self, *operands):
        constants, carry = operands[:self._last], operands[self._last:]
        going, = self._condition(*constants[:self._first], *carry)
        goes_on = bl.any(going)
        while goes_on:
            goes_on, going, *carry = self._turn(going, *constants, *carry)
        return carry

    def _turn_in_steps(self, going, *operands):
        return self._run(self._body, self._condition, going, *operands)

    def _traced_turn(self, going, *operands):
        return [stored(x) for x in self._run(self._body.trace, self._condition.trace, going, *operands)]

    def _run(self, body, condition, going, *operands):
        carry = body(*operands[self._first:])
        if going.ndim:
            carry = [_select(going, new, old) for new, old in zip(carry, operands[self._last:])]
        going, = condition(*operands[:self._first], *carry)
        return [bl.any(going) if going.ndim else going, going, *carry]


def _select(going, new, old):
    return bl.where(bl.reshape(going, going.shape + (1,) * (new.ndim - going.ndim)), new, old)


@step("cond")
class Cond:
    """The first operand says which branch; beyond the last one it is the last."""

    def __init__(self, equation):
        self._branches = [Program(Flat(branch)) for branch in equation.params["branches"]]

    def __call__(self, which, *operands):
        branch = min(max(int(which), 0), len(self._branches) - 1)
        return self._branches[branch](*operands)


def _work(flat):
    """Elements that are read and written."""
    return sum(math.prod(type.shape) for equation in flat.equations for type in equation.operand_types + equation.result_types)


def _is_straight(flat):
    return not any(map(is_immediate, flat.equations))


@rule("element")
def element(equation, x):
    """x[i]: what a turn of a scan that is written out sees of a sequence."""
    return x[equation.params["index"]]


@expansion("scan")
def write_out_scan(flat, eqn, operands):
    """Short ones become part of what is around them."""
    params, length = eqn.params, eqn.params["length"]
    body = Flat(params["jaxpr"])
    if not _is_straight(body) or not 0 < length <= LONGEST_WRITTEN_OUT or length * len(body.equations) > MOST_WRITTEN_OUT:
        return flat.add_as_it_is(eqn, operands)
    first, carried = params["num_consts"], params["num_carry"]
    constants, carry, sequences = operands[:first], operands[first:first + carried], operands[first + carried:]
    collected = [None] * length
    for i in reversed(range(length)) if params["reverse"] else range(length):
        here = [flat.emit("element", {"index": i}, [x], [flat.types[x].inner()])[0] for x in sequences]
        results = flat.inline(params["jaxpr"], [*constants, *carry, *here])
        carry, collected[i] = results[:carried], results[carried:]
    stacked = [flat.emit("stack", {"axis": 0}, parts, [flat.types[parts[0]].outer(length)])[0] for parts in zip(*collected)]
    return [*carry, *stacked]


@expansion("cond")
def compute_branches(flat, eqn, operands):
    """A branch that is known is written out; of small ones all are computed, and their results selected."""
    branches, (which, *rest) = eqn.params["branches"], operands
    if which in flat.constants:
        return flat.inline(branches[min(max(int(flat.constants[which]), 0), len(branches) - 1)], rest)
    bodies = [Flat(branch) for branch in branches]
    if not all(map(_is_straight, bodies)) or sum(map(_work, bodies)) > MOST_SELECTED:
        return flat.add_as_it_is(eqn, operands)
    cases = zip(*[flat.inline(branch, rest) for branch in branches])
    return [flat.emit("select_n", {}, [which, *case], [flat.types[case[0]]])[0] for case in cases]
