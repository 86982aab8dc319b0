"""broadloom as an executor of JAX: `broadloom.jax.jit(f)` computes with broadloom's fused kernels what `jax.jit(f)` does.

    import broadloom.jax

    @broadloom.jax.jit
    def distances(x, y):
        return jnp.sqrt(jnp.sum((x[:, None] - y[None]) ** 2, axis=-1)).min(axis=1)

f is traced by JAX, once for each kind of arguments; `jax.vmap`, `jax.grad` and the like inside of it are JAX's, as before.
Results are jax.Arrays. A primitive that is missing is a NotImplementedError that names it.
"""

from ._call import jit

__all__ = ["jit"]
