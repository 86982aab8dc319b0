"""Flat jaxprs made ready to run: pieces that `bl.jit` traces once, and steps between them that need elements."""

import functools

import numpy as np

import broadloom as bl

from ._equations import apply
from ._rules import is_immediate, rule
from ._types import to_broadloom

STEPS = {}  # primitive -> class: its object, made of an equation, is called with operands
CHEAP = {"broadcast_in_dim", "iota"}  # computed where they are used rather than stored


def step(*names):
    """Registers a class whose objects run a primitive with jaxprs inside."""
    def register(made):
        STEPS.update(dict.fromkeys(names, made))
        return rule(*names, immediate=True)(made)
    return register


def stored(x):
    """x in C order and, where it is pending, not as a view of something else: so it can be a result of a traced function."""
    return bl.copy(x, order="C") if x.base is not None or not x.flags.c_contiguous else x


class Piece:
    """Equations that are computed together."""

    def __init__(self, equations, constants):
        self.equations, self._constants = equations, constants
        self.results = {value for equation in equations for value in equation.results}
        used = dict.fromkeys(value for equation in equations for value in equation.operands)
        self.operands = [value for value in used if value not in self.results and value not in constants]

    def keep(self, needed):
        """The values that are stored: those among `needed`."""
        self.results = [value for value in self.results if value in needed]
        self.run = bl.jit(self._trace)

    def _trace(self, *operands):
        values = {**self._constants, **dict(zip(self.operands, operands))}
        compute(self.equations, values)
        return [stored(values[value]) for value in self.results]


class Immediate:
    """One equation that is run each time."""

    def __init__(self, equation):
        self.equations, self.operands, self.results = [equation], list(equation.operands), list(equation.results)
        made = STEPS.get(equation.name)
        self.run = made(equation) if made else functools.partial(self._apply, equation)

    def keep(self, needed):
        pass

    @staticmethod
    def _apply(equation, *operands):
        results = apply(equation, operands)
        bl.eval(*results)
        return results


def compute(equations, values):
    """Adds the equations' results to the values."""
    for equation in equations:
        values.update(zip(equation.results, apply(equation, [values[value] for value in equation.operands])))


def _take(waiting, known, immediate):
    """The equations of that kind whose operands are known, and those that have to wait. What is traced is known at once."""
    taken, left = [], []
    for equation in waiting:
        if is_immediate(equation) == immediate and known.issuperset(equation.operands):
            taken.append(equation)
            if not immediate:
                known.update(equation.results)
        else:
            left.append(equation)
    known.update(value for equation in taken for value in equation.results)
    return taken, left


def _with_cheap(equations, maker_of):
    """The equations behind those that make some of their operands and are as well computed again."""
    made = {value for equation in equations for value in equation.results}
    front = []

    def add(value):
        equation = maker_of.get(value)
        if value not in made and equation is not None and equation.name in CHEAP:
            made.update(equation.results)
            for operand in equation.operands:
                add(operand)
            front.append(equation)

    for equation in equations:
        for operand in equation.operands:
            add(operand)
    return front + equations


def _steps(flat, constants):
    """As few pieces as possible."""
    steps, waiting, known = [], flat.equations, {*flat.inputs, *constants}
    maker_of = {value: equation for equation in flat.equations for value in equation.results}
    while waiting:
        traced, waiting = _take(waiting, known, immediate=False)
        if traced:
            steps.append(Piece(_with_cheap(traced, maker_of), constants))
        now, waiting = _take(waiting, known, immediate=True)
        steps += map(Immediate, now)
    needed = {*flat.outputs, *(value for one in steps for value in one.operands)}
    for one in steps:
        one.keep(needed)
    return [one for one in steps if one.results]


def _constant(known, type):
    """NumPy's arrays count as they are when a function is traced."""
    array = to_broadloom(known, type)
    return bl.copy(array) if isinstance(known, np.ndarray) else array


class Program:
    """A flat jaxpr, called with arrays: returns those of its outputs."""

    def __init__(self, flat):
        constants = {value: _constant(known, flat.types[value]) for value, known in flat.constants.items()}
        self._flat, self._constants = flat, constants
        self._constant_ids = set(map(id, constants.values()))
        self._steps = _steps(flat, constants)
        self._dead = self._last_uses()
        only = self._steps[0] if len(self._steps) == 1 else None
        self._is_one_piece = only is not None and (only.operands, only.results) == (flat.inputs, flat.outputs)

    def _last_uses(self):
        """For each step the values that no later one needs."""
        alive, dead = {*self._flat.outputs, *self._constants}, []
        for one in reversed(self._steps):
            ending = [value for value in {*one.operands, *one.results} if value not in alive]
            alive.update(ending)
            dead.append(ending)
        return dead[::-1]

    def __call__(self, *arguments):
        if self._is_one_piece:
            return self._steps[0].run(*arguments)
        values = dict(self._constants)
        values.update(zip(self._flat.inputs, arguments))
        for one, dead in zip(self._steps, self._dead):
            values.update(zip(one.results, one.run(*[values[value] for value in one.operands])))
            for value in dead:
                del values[value]
        return [values[value] for value in self._flat.outputs]

    def makes_c_order(self):
        """Whether what it returns, but for arguments and constants, is known to be in C order: pieces store it so."""
        made = {value for one in self._steps if isinstance(one, Piece) for value in one.results}
        return made.issuperset(value for one in self._steps for value in one.results if value in self._flat.outputs)

    def is_constant(self, x):
        """Whether the array is one of the program's own."""
        return id(x) in self._constant_ids
