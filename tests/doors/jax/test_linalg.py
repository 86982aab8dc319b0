"""Linear algebra. Factors are compared where they are unique, else by what they multiply to."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

import broadloom.jax
from beside_jax import check, resolution
from test_elementwise import dtypes

SHAPES = [(5, 5), (3, 4, 4)]


def matrix(dtype, shape, seed=0):
    x = np.random.default_rng(seed).standard_normal(shape)
    if np.dtype(dtype).kind == "c":
        x = x + 1j * np.random.default_rng(seed + 1).standard_normal(shape)
    return x.astype(dtype)


def positive(dtype, shape):
    x = matrix(dtype, shape)
    return (x @ x.conj().swapaxes(-1, -2) + 5 * np.eye(shape[-1])).astype(dtype)


ALL = ["float32", "float64", "complex64", "complex128"]


@pytest.mark.parametrize("shape", SHAPES)
def test_cholesky(shape, x64):
    for dtype in dtypes(ALL):
        check(jnp.linalg.cholesky, positive(dtype, shape), units=128, floor=1)
    check(jnp.linalg.cholesky, -positive("float32", shape))
    check(jnp.linalg.cholesky, positive("float32", (3, 4, 4)) * np.array([1, -1, 1], "float32")[:, None, None], units=128,
          floor=1)


@pytest.mark.parametrize("shape", SHAPES)
def test_solves(shape, x64):
    for dtype in dtypes(ALL):
        a, b = positive(dtype, shape), matrix(dtype, shape[:-1] + (2,), 3)
        check(jnp.linalg.solve, a, b, units=512, floor=1)
        check(jnp.linalg.inv, a, units=512, floor=1)
        check(lambda a: (jnp.linalg.det(a), jnp.linalg.slogdet(a)), a, units=512, floor=1)
        check(lambda c, b: jax.scipy.linalg.cho_solve((c, True), b), np.linalg.cholesky(a), b, units=512, floor=1)
    check(jax.grad(lambda a, b: jnp.sum(jnp.linalg.solve(a, b))), positive("float32", shape),
          matrix("float32", shape[:-1] + (2,), 3), units=512, floor=1)


@pytest.mark.parametrize("left", [True, False])
@pytest.mark.parametrize("lower", [True, False])
@pytest.mark.parametrize("transpose", [True, False])
@pytest.mark.parametrize("unit", [True, False])
def test_triangular_solve(left, lower, transpose, unit, x64):
    for dtype in dtypes(["float32", "complex64", "float64"]):
        for conjugate in (False, True):
            check(lambda a, b: lax.linalg.triangular_solve(a, b, left_side=left, lower=lower, transpose_a=transpose,
                                                           conjugate_a=conjugate,
                                                           unit_diagonal=unit),
                  positive(dtype, (2, 4, 4)) / 8, matrix(dtype, (2, 4, 3) if left else (2, 3, 4)), units=1024, floor=4)


@pytest.mark.parametrize("shape", [(4, 4), (3, 5), (5, 3), (2, 4, 4)])
def test_lu(shape, x64):
    for dtype in dtypes(ALL):
        check(lax.linalg.lu, matrix(dtype, shape), units=256, floor=1)
    check(lambda p: lax.linalg.lu_pivots_to_permutation(p, 5), np.array([[2, 1, 4], [0, 3, 3]], "int32"))


def near(a, b, units=512):
    np.testing.assert_allclose(np.asarray(a), np.asarray(b), atol=units * resolution(np.asarray(b).dtype))


@pytest.mark.parametrize("shape", [(4, 4), (3, 5), (5, 3), (2, 4, 4)])
def test_factors_multiply_to_the_matrix(shape, x64):
    for dtype in dtypes(ALL):
        x = matrix(dtype, shape)
        for full in (True, False):
            q, r = broadloom.jax.jit(lambda x: jnp.linalg.qr(x, "complete" if full else "reduced"))(x)
            near(q @ r, x)
            unit = np.broadcast_to(np.eye(q.shape[-1]), q.shape[:-2] + (q.shape[-1],) * 2)
            near(q.conj().swapaxes(-1, -2) @ q, unit.astype(dtype))
            u, s, vh = broadloom.jax.jit(lambda x: jnp.linalg.svd(x, full_matrices=full))(x)
            near((u[..., :s.shape[-1]] * s[..., None, :]) @ vh[..., :s.shape[-1], :], x)
        check(lambda x: jnp.linalg.svd(x, compute_uv=False), x, units=128, floor=4)


@pytest.mark.parametrize("shape", SHAPES)
def test_eigenvectors_of_hermitian_matrices(shape, x64):
    for dtype in dtypes(ALL):
        x = positive(dtype, shape)
        check(jnp.linalg.eigvalsh, x, units=256, floor=8)
        values, vectors = broadloom.jax.jit(jnp.linalg.eigh)(x)
        near(x @ vectors, vectors * values[..., None, :], units=4096)


@pytest.mark.parametrize("name", ["cholesky", "eigvalsh", "eigh", "svd", "qr", "inv", "det"])
def test_matrices_of_nan_have_factors_of_nan(name):
    x = np.stack([np.full((3, 3), np.nan), np.eye(3)]).astype("float32")
    check(getattr(jnp.linalg, name), x[0])
    first = jax.tree.leaves(broadloom.jax.jit(getattr(jnp.linalg, name))(x))
    for ours, theirs in zip(first, jax.tree.leaves(jax.jit(getattr(jnp.linalg, name))(x))):
        assert ours.shape == theirs.shape and np.isnan(ours[0]).any() and not np.isnan(ours[1]).any()


def test_singular_matrices_divide_by_zero():
    eye, lower = np.eye(2, dtype="float32"), np.array([[1, 0, 0], [2, 0, 0], [3, 1, 2]], "float32")
    for x in (np.array([[1, 2], [2, 4]], "float32"), np.zeros((2, 2), "float32"), np.stack([np.zeros_like(eye), eye])):
        check(jnp.linalg.inv, x)
        check(jnp.linalg.solve, x, np.broadcast_to(eye, x.shape))
    b = np.array([[1, 2], [3, 2], [1, 1]], "float32")
    for transpose in (False, True):
        check(lambda a, b: lax.linalg.triangular_solve(a, b, left_side=True, lower=True, transpose_a=transpose), lower, b)
        check(lambda a, b: lax.linalg.triangular_solve(a, b, lower=False, transpose_a=transpose), lower.T, b.T)


def test_empty_matrices():
    x = np.zeros((0, 0), "float32")
    check(lambda x: (jnp.linalg.inv(x), jnp.linalg.det(x), lax.linalg.lu(x), jnp.linalg.cholesky(x)), x)
    check(lambda x: jnp.linalg.svd(x, compute_uv=False), np.zeros((0, 3), "float32"))
