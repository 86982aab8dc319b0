"""Every primitive of the door, with every dtype that JAX takes: what jax.jit makes of it, or an error that names it."""

import re
import warnings

import jax
import pytest

import broadloom.jax
from beside_jax import check_close
from broadloom.jax._calls import JAXPR_OF
from broadloom.jax._equations import EXPANSIONS
from broadloom.jax._rules import RULES
from primitives import CASES, DTYPES, INTEGERS, OWN

ELSEWHERE = {  # primitives with tests of their own: calls, what changes nothing, and parts of the random numbers
    *JAXPR_OF, "copy", "copy_p", "device_put", "layout_constraint", "name", "optimization_barrier", "pvary",
    "sharding_constraint", "stop_gradient", "platform_index", "broadcast_to", "zeros_like", "iota_2x32_shape", "random_clone",
    "random_split", "random_unwrap", "random_wrap", "threefry2x32"}
COMPLEX, SHORT = ("complex64", "complex128"), ("float16", "bfloat16")
NOT_COMPILED = {  # dtypes that JAX traces, but cannot compile
    **{name: COMPLEX for name in ("eq_to", "le_to", "lt_to", "argmax", "argmin")}, "cumlogsumexp": {"bool", *INTEGERS},
    "random_seed": set(DTYPES) - set(INTEGERS),
    **{name: SHORT for name in ("cholesky", "custom_linear_solve", "eigh", "lu", "qr", "svd")}}
MISSING = {  # what is a NotImplementedError: (primitive, dtype)
    *((name, dtype) for name in ("cumlogsumexp", "cummax", "cummin") for dtype in COMPLEX),
}


@pytest.fixture(autouse=True)
def wide():
    with jax.enable_x64(True), warnings.catch_warnings(action="ignore"):
        yield


def accepts(function, arrays):
    """Whether JAX can trace it."""
    try:
        jax.eval_shape(function, *arrays)
    except Exception:
        return False
    return True


def test_every_primitive_has_a_case():
    assert set(CASES) == {*RULES, *EXPANSIONS} - OWN - ELSEWHERE


@pytest.mark.parametrize("name", CASES)
def test_dtypes(name):
    """All dtypes of a case are arguments of one function."""
    for case in CASES[name]:
        left_out = {dtype for dtype in DTYPES if (name, dtype) in MISSING or dtype in NOT_COMPILED.get(name, ())}
        calls = {dtype: case(dtype) for dtype in DTYPES if dtype not in left_out}
        calls = {dtype: call for dtype, call in calls.items() if accepts(*call)}
        assert calls
        functions, arguments = ({dtype: call[i] for dtype, call in calls.items()} for i in (0, 1))

        def run_all(arguments):
            return {dtype: functions[dtype](*arrays) for dtype, arrays in arguments.items()}
        compare(name, run_all, arguments)


def compare(name, function, arguments):
    theirs = jax.jit(function)(arguments)
    ours = broadloom.jax.jit(function)(arguments)
    for dtype in arguments:
        for x, y in zip(jax.tree.leaves(ours[dtype]), jax.tree.leaves(theirs[dtype]), strict=True):
            try:
                check_close(x, y, units=64, floor=4)
            except AssertionError as error:
                raise AssertionError(f"{name} of {dtype}: {error}") from None


@pytest.mark.parametrize("name, dtype", sorted(MISSING))
def test_what_is_missing_is_named(name, dtype):
    function, arrays = CASES[name][0](dtype)
    jax.jit(function)(*arrays)
    with pytest.raises(NotImplementedError, match=rf"{name}\({dtype}\["):
        broadloom.jax.jit(function)(*arrays)


@pytest.mark.parametrize("name", CASES)
def test_cases_call_the_primitive(name):
    calls = (CASES[name][0](dtype) for dtype in ("float32", "int32", "complex64", "uint32"))
    function, arrays = next(call for call in calls if accepts(*call))
    assert re.search(rf"\b{name}\b", str(jax.make_jaxpr(function)(*arrays)))
