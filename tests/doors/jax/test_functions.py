"""The functions of functions.py are what jax.jit makes of them, computed by broadloom alone."""

import jax
import jax.monitoring
import numpy as np
import pytest

import broadloom as bl
import broadloom.jax
from beside_jax import check
from functions import FUNCTIONS

# Units of float32's resolution by which results may differ, of each element's magnitude and of the second number. Sums in another
# order, and chaos over 40 steps, are what they allow for.
TOLERANCES = {"lorenz": (4096, 10), "random_walk": (4096, 1), "n_body": (256, 8), "ridge": (1024, 1), "kalman_step": (64, 1),
              "logistic_regression": (256, 1), "mlp": (256, 4), "mlp_gradient": (512, 1), "drawdown": (4096, 1), "rbf_sums": (512, 4),
              "attention": (128, 1), "black_scholes": (64, 50), "layer_norm": (64, 4), "autocorrelation": (512, 1), "trimmed_mean": (512, 1)}


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
    jax.monitoring.register_event_duration_secs_listener(lambda name, *_, **__: events.append(name) if "backend_compile" in name else None)
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
