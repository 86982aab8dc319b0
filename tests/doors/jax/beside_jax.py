"""What broadloom's jit and JAX's make of the same function must be equal: tree, shapes, dtypes, weak types, values."""

import jax
import numpy as np

import broadloom.jax

# Of the largest magnitude in the result, in units of the dtype's resolution.
UNITS = 32


def resolution(dtype):
    return float(jax.numpy.finfo(dtype).eps)


def check_close(ours, theirs, units=UNITS, floor=0.0):
    """Equal but for rounding: `units` of each element's magnitude, and of `floor`, which is what zeros are made from."""
    assert isinstance(ours, jax.Array)
    assert (ours.shape, ours.dtype) == (theirs.shape, theirs.dtype)
    if jax.dtypes.issubdtype(theirs.dtype, jax.dtypes.prng_key):
        ours, theirs = jax.random.key_data(ours), jax.random.key_data(theirs)
    assert ours.weak_type == theirs.weak_type
    a, b = np.asarray(ours), np.asarray(theirs)
    if not jax.numpy.issubdtype(theirs.dtype, jax.numpy.inexact):
        np.testing.assert_array_equal(a, b)
        return
    eps = resolution(theirs.dtype)
    wide = np.complex128 if np.iscomplexobj(b) else np.float64
    np.testing.assert_allclose(a.astype(wide), b.astype(wide), rtol=units * eps, atol=units * eps * floor)


def check(f, *args, units=UNITS, floor=0.0, **kwargs):
    """Both jits' results for the same arguments are equal, and once more from the cache."""
    ours, expected = broadloom.jax.jit(f), jax.jit(f)(*args, **kwargs)
    for _ in range(2):
        found = ours(*args, **kwargs)
        assert jax.tree.structure(found) == jax.tree.structure(expected)
        for x, y in zip(jax.tree.leaves(found), jax.tree.leaves(expected)):
            check_close(x, y, units, floor)
    return found
