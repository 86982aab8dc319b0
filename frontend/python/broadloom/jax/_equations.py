"""A jaxpr as a list of equations between numbered values, with nested calls written out."""

import dataclasses
import math

import jax
from jax.extend.core import ClosedJaxpr, Literal
from jax.extend.source_info_util import summarize

import broadloom as bl

from ._rules import RULES, is_immediate
from ._stacks import mark_last_stacks, note_stack, through_stacks
from ._types import Type, to_broadloom, type_of

MOST_FOLDED = 64  # elements of a constant that is computed when a function is traced

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
    is_used: tuple = ()  # which of the results are needed

    def __str__(self):
        operands = ", ".join(map(str, self.operand_types))
        written = f", written at {self.source}" if self.source else ""
        return f"{self.name}({operands}) -> {', '.join(map(str, self.result_types))}{written}"


def apply(equation, operands):
    """What the equation's rule makes of the operands, in a tuple. NotImplementedError where that is not of the types wanted."""
    try:
        results = RULES[equation.name](equation, *operands)
    except (NotImplementedError, TypeError, ValueError) as error:  # JAX has accepted the equation: something is missing here
        raise NotImplementedError(f"broadloom.jax: {error}: {equation}") from error
    results = tuple(results) if isinstance(results, (tuple, list)) else (results,)
    types = tuple((x.shape, x.dtype) for x in results)
    if types != equation.result_types:
        made = ", ".join(str(Type(*type)) for type in types)
        raise NotImplementedError(f"broadloom.jax: the rule of {equation.name!r} makes {made} of {equation}")
    return results


def compute_now(equation, constants):
    """The results of an equation whose operands are known."""
    results = apply(equation, [to_broadloom(constants[i], type) for i, type in zip(equation.operands, equation.operand_types)])
    bl.eval(*results)
    return results


class Flat:
    """Equations that make outputs of inputs. `types` says what every value is, `constants` which are known.

    build(flat, inputs) adds the equations and returns the outputs.
    """

    def __init__(self, input_types, build):
        self.types, self.constants, self.equations = [], {}, []
        self.stacks = {}  # value -> the axis along which it was stacked, and of what
        self.inputs = [self.value(type) for type in input_types]
        self.outputs = list(build(self, self.inputs))
        self._drop_unused()
        self.equations = mark_last_stacks(self.equations)

    @classmethod
    def of(cls, closed):
        """A jaxpr without its calls."""
        return cls([type_of(variable.aval) for variable in closed.jaxpr.invars], lambda flat, inputs: flat.inline(closed, inputs))

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
        for variable, known in zip(jaxpr.constvars, constants):
            values[variable] = self.constant(type_of(variable.aval), known)

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
        known = through_stacks(self, name, params, operands, types, source)
        if known is not None:
            return known
        results = [self.value(type) for type in types]
        equation = Equation(name, params, tuple(operands), tuple(results), tuple(self.types[i] for i in operands), tuple(types),
                            source)
        if name not in RULES:
            raise NotImplementedError(f"broadloom.jax has no primitive {name!r} yet: {equation}")
        if self._is_foldable(equation):
            self.constants.update(zip(results, compute_now(equation, self.constants)))
        else:
            self.equations.append(equation)
            note_stack(self, equation)
        return results

    def _is_foldable(self, equation):
        """Small integers that follow from known ones, as indices do, are computed now."""
        types = equation.operand_types + equation.result_types
        return (all(value in self.constants for value in equation.operands) and not is_immediate(equation) and
                all(type.dtype.kind in "biu" and math.prod(type.shape) <= MOST_FOLDED for type in types))

    def _drop_unused(self):
        used, kept = set(self.outputs), []
        for equation in reversed(self.equations):
            if not used.isdisjoint(equation.results):
                used.update(equation.operands)
                kept.append(dataclasses.replace(equation, is_used=tuple(value in used for value in equation.results)))
        self.equations = kept[::-1]
