"""The functions of functions.py are what jax.jit makes of them, computed by broadloom alone."""

import ast
import pathlib

import jax
import jax.monitoring
import jax.numpy as jnp
import numpy as np
import pytest

import broadloom as bl
import broadloom.jax
from beside_jax import check
from functions import FUNCTIONS

# Units of float32's resolution by which results may differ, of each element's magnitude and of the second number. Sums in another
# order, and chaos over 40 steps, are what they allow for.
TOLERANCES = {"lorenz": (4096, 10), "random_walk": (4096, 1), "n_body": (256, 8), "ridge": (1024, 1), "kalman_step": (64, 1),
              "logistic_regression": (256, 1), "mlp": (256, 4), "mlp_gradient": (512, 1), "drawdown": (4096, 1),
              "rbf_sums": (512, 4),
              "attention": (128, 1), "black_scholes": (64, 50), "layer_norm": (64, 4), "autocorrelation": (512, 1),
              "trimmed_mean": (512, 1)}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("n", [640, 20_000])
def test_as_jax(name, n):
    function, arguments = FUNCTIONS[name]
    units, floor = TOLERANCES.get(name, (32, 0))
    check(function, *arguments(n), units=units, floor=floor)


@pytest.fixture
def compiled_by_xla():
    """Names of events of XLA's compiler since then."""
    events = []

    def listen(name, *_, **__):
        if "backend_compile" in name:
            events.append(name)
    jax.monitoring.register_event_duration_secs_listener(listen)
    yield events
    jax.monitoring.clear_event_listeners()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_xla_computes_nothing(name, compiled_by_xla):
    """With empty caches XLA would have to compile whatever it is asked to compute."""
    function, arguments = FUNCTIONS[name]
    given = arguments(640)
    jax.clear_caches()
    compiled_by_xla.clear()
    ours = broadloom.jax.jit(function)
    before = bl.cache_info()
    jax.block_until_ready(ours(*given))
    jax.block_until_ready(ours(*given))
    after = bl.cache_info()
    assert not compiled_by_xla
    assert after.compiles + after.hits > before.compiles + before.hits
    jax.block_until_ready(jax.jit(lambda x: x + 1)(np.float32(1)))
    assert compiled_by_xla  # the listener hears


@pytest.mark.parametrize("name", ["n_body", "k_means_step", "rbf_sums", "nearest"])
def test_differences_of_pairs_are_not_stored(name):
    """There is at most one number for each pair of rows, where several reductions read it."""
    function, arguments = FUNCTIONS[name]
    given = arguments(100_000)
    peak, pairs = peak_of(function, *given), given[0].shape[0] * given[1].shape[0]
    assert peak < 6 * pairs


def test_a_reduction_of_pairs_stores_none():
    x, y = FUNCTIONS["nearest"][1](100_000)
    pairs = x.shape[0] * y.shape[0]
    assert peak_of(lambda x, y: jnp.argmin(jnp.sum((x[:, None] - y[None])**2, -1), 1), x, y) < pairs / 4
    assert peak_of(lambda x, y: jnp.exp(-jnp.sum((x[:, None] - y[None])**2, -1)) @ y[:, 0], x, y) < pairs / 4


def peak_of(function, *given):
    """Bytes that a call takes beyond its arguments."""
    ours = broadloom.jax.jit(function)
    jax.block_until_ready(ours(*given))
    bl.reset_peak()
    before = bl.memory_info().live
    jax.block_until_ready(ours(*given))
    return bl.memory_info().peak - before


DOOR = pathlib.Path(broadloom.jax.__file__).parent
OF_SHAPES = {"argsort", "array", "asarray", "cumsum", "dtype", "finfo", "generic", "iinfo", "inf", "int64", "nan", "ndarray",
             "prod"}


def test_numpy_is_used_for_shapes_and_dtypes_only():
    names = {node.attr for path in DOOR.glob("*.py") for node in ast.walk(ast.parse(path.read_text()))
             if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "np"}
    assert names <= OF_SHAPES and "asarray" in names
