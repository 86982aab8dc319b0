"""How numexpr is called, and how formulas are registered."""
from __future__ import annotations

import re
from collections.abc import Callable

import numexpr
import numpy as np

FORMULAS: dict[str, Callable] = {}  # called with an Evaluate and the inputs

LITERAL = re.compile(r"\b\d+\.\d+(?:e[-+]?\d+)?|\b\d+e[-+]?\d+")


class Evaluate:
    """numexpr.evaluate as its users call it where time matters: results are written to the arrays of the last run, and
    numbers have the arrays' precision, as one float64 literal would make a float32 expression one of float64."""

    def __init__(self, inputs: tuple):
        self.real = np.float64 if any(x.dtype == np.float64 for x in inputs) else np.float32
        self.typed: dict[str, tuple[str, dict]] = {}  # by expression
        self.out: dict = {}  # by the call's number, or by its name
        self.calls = 0

    def start(self):
        """A new run."""
        self.calls = 0

    def __call__(self, expression: str, into: str = "", dtype=None, **names):
        """`into` names the array that is written, where many steps take turns with few. `dtype` is that of an
        elementwise result, where it is not the expression's."""
        if expression not in self.typed:
            self.typed[expression] = self.with_typed_numbers(expression)
        text, numbers = self.typed[expression]
        place = into or self.calls
        self.calls += 1
        if dtype is not None and place not in self.out:
            self.out[place] = np.empty(np.broadcast_shapes(*(x.shape for x in names.values())), dtype)
        self.out[place] = numexpr.evaluate(text, names | numbers, {}, out=self.out.get(place), order="C",
                                           casting="unsafe")
        return self.out[place]

    def with_typed_numbers(self, expression: str) -> tuple[str, dict[str, np.float32]]:
        if self.real is np.float64:
            return expression, {}
        numbers: dict[str, np.float32] = {}

        def name(literal: re.Match) -> str:
            numbers[key := f"number_{literal[0].replace('.', '_').replace('-', 'm')}"] = np.float32(literal[0])
            return key
        return LITERAL.sub(name, expression), numbers


def formula(step: Callable) -> Callable:
    FORMULAS[step.__name__.replace("_", " ")] = step
    return step


def single(name: str, arguments: str, expression: str, dtype=None):
    """A formula that is one expression."""
    FORMULAS[name] = lambda evaluate, *inputs: evaluate(expression, dtype=dtype, **dict(zip(arguments.split(), inputs)))
