"""The table from JAX's primitives to what computes them: rule(equation, *operands) -> an array, or several in a tuple or list.

A rule is called once, with arrays that have no elements yet, and what it writes is computed again and again (`bl.jit`). Rules
that need elements themselves, to sort or factorise, are `immediate`: they are called each time.
"""

RULES = {}
ELEMENTWISE = set()  # primitives whose operands all have the result's shape, or none
IMMEDIATE = {}  # primitive -> whether an equation of it is


def rule(*names, immediate=False, elementwise=False):
    """Registers a function as the rule of these primitives. `immediate` may be a function of the equation."""
    def register(function):
        RULES.update(dict.fromkeys(names, function))
        if elementwise:
            ELEMENTWISE.update(names)
        if immediate:
            IMMEDIATE.update(dict.fromkeys(names, immediate if callable(immediate) else lambda equation: True))
        return function
    return register


def plain(**functions):
    """Registers functions of the operands alone, element by element, whatever the primitive's parameters are."""
    ELEMENTWISE.update(functions)
    for name, function in functions.items():
        RULES[name] = lambda equation, *operands, function=function: function(*operands)


def is_immediate(equation):
    """Whether it needs elements, so that it cannot be traced."""
    return equation.name in IMMEDIATE and IMMEDIATE[equation.name](equation)


def is_of_complex(equation):
    """Whether the operand is complex: such products and extrema are computed in sequence, at once."""
    return equation.operand_types[0].dtype.kind == "c"
