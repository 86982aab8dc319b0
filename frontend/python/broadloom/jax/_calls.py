"""Primitives that are written as others: calls are written out, and what changes no value is left out."""

from ._equations import expansion
from ._types import type_of

JAXPR_OF = {"jit": "jaxpr", "remat2": "jaxpr", "composite": "jaxpr", "custom_vmap_call": "call", "call": "call_jaxpr",
            "closed_call": "call_jaxpr", "core_call": "call_jaxpr", "custom_jvp_call": "call_jaxpr",
            "custom_vjp_call": "call_jaxpr"}


@expansion(*JAXPR_OF)
def write_out(flat, eqn, operands):
    return flat.inline(eqn.params[JAXPR_OF[eqn.primitive.name]], operands)


@expansion("custom_linear_solve")
def solve(flat, eqn, operands):
    """The function that solves; its constants come behind those of the two products."""
    lengths = eqn.params["const_lengths"]
    first = lengths.matvec + lengths.vecmat
    constants = operands[first:first + lengths.solve]
    return flat.inline(eqn.params["jaxprs"].solve, [*constants, *operands[sum(lengths):]])


@expansion("copy", "copy_p", "device_put", "layout_constraint", "name", "optimization_barrier", "pvary", "sharding_constraint",
           "stop_gradient")
def keep(flat, eqn, operands):
    return operands


@expansion("platform_index")
def platform(flat, eqn, operands):
    """Which branch is the CPU's."""
    names = eqn.params["platforms"]
    index = next(i for i, group in enumerate(names) if group is None or "cpu" in group)
    return [flat.constant(type_of(eqn.outvars[0].aval), index)]
