"""The table from JAX's primitives to what computes them: rule(equation, *operands) -> an array, or several in a tuple or list.

A rule is called once, with arrays that have no elements yet, and what it writes is computed again and again (`bl.jit`). Rules
that need elements themselves, to sort or factorise, are `immediate`: they are called each time.
"""

RULES = {}
IMMEDIATE = set()


def rule(*names, immediate=False):
    """Registers a function as the rule of these primitives."""
    def register(function):
        RULES.update(dict.fromkeys(names, function))
        if immediate:
            IMMEDIATE.update(names)
        return function
    return register


def plain(**functions):
    """Registers functions of the operands alone, whatever the primitive's parameters are."""
    for name, function in functions.items():
        RULES[name] = lambda equation, *operands, function=function: function(*operands)
