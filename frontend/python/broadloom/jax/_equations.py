"""A jaxpr as a list of equations between numbered values, with nested calls written out."""

import dataclasses

import jax
from jax.extend.core import ClosedJaxpr, Literal
from jax.extend.source_info_util import summarize

from ._types import type_of
from ._rules import RULES

EXPANSIONS = {}  # primitive -> function(flat, eqn, operands) that adds equations and returns the values of the results


def expansion(*names):
    """Registers a function that writes these primitives as other ones."""
    def register(function):
        EXPANSIONS.update(dict.fromkeys(names, function))
        return function
    return register


@dataclasses.dataclass(frozen=True, eq=False)
class Equation:
    """results = name[params](operands); values are numbers, types their shapes and dtypes."""
    name: str
    params: dict
    operands: tuple
    results: tuple
    operand_types: tuple
    result_types: tuple
    source: str  # the user's line

    def __str__(self):
        operands = ", ".join(map(str, self.operand_types))
        return f"{self.name}({operands}) -> {', '.join(map(str, self.result_types))}, written at {self.source}"


class Flat:
    """A jaxpr without calls. `types` says what every value is, `constants` which are known."""

    def __init__(self, closed):
        self.types, self.constants, self.equations = [], {}, []
        self.inputs = [self.value(type_of(variable.aval)) for variable in closed.jaxpr.invars]
        self.outputs = self.inline(closed, self.inputs)
        self._drop_unused()

    def value(self, type):
        """A new value of that type."""
        self.types.append(type)
        return len(self.types) - 1

    def constant(self, type, known):
        """A value that is known."""
        value = self.value(type)
        self.constants[value] = known
        return value

    def inline(self, closed, operands):
        """Adds the equations of a jaxpr; returns the values of its results."""
        jaxpr, constants = (closed.jaxpr, closed.consts) if isinstance(closed, ClosedJaxpr) else (closed, ())
        values = dict(zip(jaxpr.invars, operands))
        values.update((variable, self.constant(type_of(variable.aval), known)) for variable, known in zip(jaxpr.constvars, constants))

        def read(atom):
            return self.constant(type_of(atom.aval), atom.val) if isinstance(atom, Literal) else values[atom]

        for eqn in jaxpr.eqns:
            values.update(zip(eqn.outvars, self.add(eqn, [read(atom) for atom in eqn.invars])))
        return [read(atom) for atom in jaxpr.outvars]

    def inline_function(self, function, operands, avals):
        """Adds what a function of JAX does."""
        return self.inline(jax.make_jaxpr(function)(*avals), operands)

    def add(self, eqn, operands):
        """Adds an equation of JAX's, or what it is written as; returns the values of its results."""
        expand = EXPANSIONS.get(eqn.primitive.name)
        return expand(self, eqn, operands) if expand else self.add_as_it_is(eqn, operands)

    def add_as_it_is(self, eqn, operands):
        types = [type_of(variable.aval) for variable in eqn.outvars]
        return self.emit(eqn.primitive.name, eqn.params, operands, types, summarize(eqn.source_info))

    def emit(self, name, params, operands, types, source=""):
        """Adds an equation; returns the values of its results."""
        results = [self.value(type) for type in types]
        equation = Equation(name, params, tuple(operands), tuple(results), tuple(self.types[i] for i in operands), tuple(types),
                            source)
        if name not in RULES:
            raise NotImplementedError(f"broadloom.jax has no primitive {name!r} yet: {equation}")
        self.equations.append(equation)
        return results

    def _drop_unused(self):
        used, kept = set(self.outputs), []
        for equation in reversed(self.equations):
            if not used.isdisjoint(equation.results):
                used.update(equation.operands)
                kept.append(equation)
        self.equations = kept[::-1]
