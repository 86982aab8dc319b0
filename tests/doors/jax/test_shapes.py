"""Primitives that arrange elements, reduce, multiply matrices, pick and write, sort, and draw random bits."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from beside_jax import check
from test_elementwise import dtypes, values

DTYPES = ["float32", "float64", "int32", "uint8", "bool", "complex64", "bfloat16"]
X = values("float32", 5, shape=(4, 3, 5))
SHAPES = {
    "broadcast_in_dim": lambda x: lax.broadcast_in_dim(x, (2, 4, 3, 6, 5), (1, 2, 4)),
    "broadcast_of_ones": lambda x: lax.broadcast_in_dim(x[:, :1], (4, 7, 5), (0, 1, 2)),
    "concatenate": lambda x: lax.concatenate([x, x[:, :2], x], 1),
    "expand_dims": lambda x: lax.expand_dims(x, (0, 2)),
    "iota": lambda x: (lax.broadcasted_iota("int32", (3, 4), 1), lax.iota("float32", 5), lax.iota("uint8", 300)),
    "pad": lambda x: lax.pad(x, x[0, 0, 0], ((1, 2, 0), (0, 0, 2), (3, 0, 1))),
    "pad_negative": lambda x: lax.pad(x, x[0, 0, 0], ((-1, 2, 0), (0, -1, 2), (-3, 4, 1))),
    "reshape": lambda x: x.reshape(6, 10),
    "reshape_of_transposed": lambda x: x.T.reshape(-1),
    "rev": lambda x: lax.rev(x, (0, 2)),
    "slice": lambda x: lax.slice(x, (1, 0, 1), (4, 3, 5), (2, 1, 3)),
    "split": lambda x: jnp.split(x, [1, 3], axis=2),
    "squeeze": lambda x: lax.squeeze(x[:1, :, 2:3], (0, 2)),
    "stack": lambda x: jnp.stack([x, x[::-1]], 1),
    "tile": lambda x: jnp.tile(x, (2, 1, 3)),
    "transpose": lambda x: lax.transpose(x, (2, 0, 1)),
    "views_of_views": lambda x: (x.T[1:, ::2], x[0], x, x[None].swapaxes(0, 1)),
}


@pytest.mark.parametrize("name", SHAPES)
def test_shapes(name, x64):
    for dtype in dtypes(DTYPES):
        check(SHAPES[name], values(dtype, 5, shape=(4, 3, 5)))


REDUCTIONS = {"sum": lax.reduce_sum, "prod": lax.reduce_prod, "max": lax.reduce_max, "min": lax.reduce_min}


@pytest.mark.parametrize("name", REDUCTIONS)
def test_reductions(name, x64):
    for dtype in dtypes(["float16", "bfloat16", "float32", "float64", "int8", "int32", "uint8", "int64"]):
        x = values(dtype, 6, -2, 2, (4, 3, 5))
        for axes in ((), (0,), (1, 2), (0, 1, 2)):
            check(lambda x: REDUCTIONS[name](x, axes), x, floor=1)
    if name in ("max", "min"):
        check(lambda x: REDUCTIONS[name](x, (0,)), np.array([[1, np.nan], [2, 3], [-np.inf, np.inf]], "float32"))
    check(lambda x: REDUCTIONS[name](x, (0,)), np.zeros((0, 3), "int32"))
    check(lambda x: REDUCTIONS[name](x, (0,)), np.zeros((0, 3), "float32"))


def test_bits_reduced(x64):
    x = values("bool", 7)
    check(lambda x: (jnp.all(x, 0), jnp.any(x, 1), lax.reduce_xor(x, (0,))), x)


@pytest.mark.parametrize("function", [lax.argmax, lax.argmin])
def test_index_of_extremum(function, x64):
    for dtype in dtypes(["float32", "float64", "int32", "uint8", "bfloat16"]):
        check(lambda x: function(x, 1, jnp.int32), values(dtype, 8, -2, 2))
    check(lambda x: function(x, 0, jnp.int32), np.array([1, np.nan, 3, -np.inf, np.nan], "float32"))


@pytest.mark.parametrize("function", [lax.cumsum, lax.cumprod, lax.cummax, lax.cummin, lax.cumlogsumexp])
@pytest.mark.parametrize("reverse", [False, True])
def test_cumulative(function, reverse, x64):
    for dtype in dtypes(["float32", "float64"] + ([] if function is lax.cumlogsumexp else ["int32", "uint8"])):
        for axis in (0, 2):
            check(lambda x: function(x, axis, reverse), values(dtype, 9, -2, 2, (4, 3, 5)), floor=4)


PRODUCTS = {
    "matrices": (((1,), (0,)), ((), ()), (4, 3), (3, 5)),
    "transposed": (((0,), (1,)), ((), ()), (3, 4), (5, 3)),
    "vectors": (((0,), (0,)), ((), ()), (7,), (7,)),
    "outer": (((), ()), ((), ()), (3,), (4,)),
    "batches": (((2,), (1,)), ((0,), (0,)), (2, 3, 4), (2, 4, 5)),
    "batches_elsewhere": (((0,), (2,)), ((1,), (1,)), (4, 2, 3), (5, 2, 4)),
    "several_axes": (((0, 2), (1, 0)), ((), ()), (3, 2, 4), (4, 3, 5)),
    "elementwise": (((), ()), ((0, 1), (0, 1)), (3, 4), (3, 4)),
}


@pytest.mark.parametrize("name", PRODUCTS)
def test_products(name, x64):
    *dimensions, left, right = PRODUCTS[name]
    for dtype in dtypes(["float32", "float64", "complex64", "int32", "uint8", "bfloat16", "float16"]):
        check(lambda x, y: lax.dot_general(x, y, tuple(dimensions)), values(dtype, 1, -2, 2, left),
              values(dtype, 2, -2, 2, right), floor=8)
    for dtype, wide in (("bfloat16", "float32"), ("int8", "int32"), ("float16", "float32")):
        check(lambda x, y: lax.dot_general(x, y, tuple(dimensions), preferred_element_type=wide), values(dtype, 1, -2, 2, left),
              values(dtype, 2, -2, 2, right), floor=8)


def test_bits_cast(x64):
    check(lambda x: lax.bitcast_convert_type(x, "int32"), X)
    check(lambda x: lax.bitcast_convert_type(x, "float32"), values("uint32", 1, 0, 2**32 - 1, (1000,)) & np.uint32(0xFF7FFFFF))
    check(lambda x: lax.bitcast_convert_type(x, "float32"),
          np.array([0, 1, 2**31, 2**31 + 5, 0x7F800000, 0xFF800000, 0x7FC00000, 0x7FFFFF], "uint32"))
    check(lambda x: lax.bitcast_convert_type(x, "uint8"), X)
    check(lambda x: lax.bitcast_convert_type(x, "uint32"), values("int32", 1))
    check(lambda x: lax.bitcast_convert_type(x, "uint16"), values("bfloat16", 1))


def test_dynamic_slices(x64):
    for start in ((1, 1, 1), (-1, 5, 0), (9, -9, 2)):
        check(lambda x, *at: lax.dynamic_slice(x, at, (2, 3, 2)), X, *map(np.int32, start))
        check(lambda x, u, *at: lax.dynamic_update_slice(x, u, at), X, X[:2, :, :2] * 2, *map(np.int32, start))
    check(lambda x, i: (x[i], x[:, i], x.at[i].set(7)), X, 2)
    check(lambda x, i: lax.dynamic_index_in_dim(x, i, 1), X, np.uint8(1))
    check(lambda x, u: lax.dynamic_update_slice(x, u, (0, 0, 0)), X, X * 2)


PICKS = {
    "rows": lambda x, i: x[i],
    "columns": lambda x, i: x[:, i],
    "pairs": lambda x, i: x[i, i],
    "apart": lambda x, i: x[i, :, i],
    "one": lambda x, i: (jnp.take(x, i[1], axis=1), x[i[0], i[1]], lax.dynamic_index_in_dim(x, i[1], 2, keepdims=False)),
    "matrix_of_indices": lambda x, i: x[i.reshape(2, 2)],
    "take_clip": lambda x, i: jnp.take(x, i * 3 - 4, axis=1, mode="clip"),
    "take_fill": lambda x, i: jnp.take(x, i * 3 - 4, axis=1, mode="fill"),
    "fill_value": lambda x, i: x.at[i * 3 - 4].get(mode="fill", fill_value=-1),
    "along_axis": lambda x, i: jnp.take_along_axis(x, jnp.broadcast_to(i[:, None, None], x.shape) % 3, 2),
    "batched": lambda x, i: jax.vmap(lambda row, j: row[j])(x, i % 3),
    "batched_slices": lambda x, i: jax.vmap(lambda row, j: lax.dynamic_slice(row, (j, jnp.int32(0)), (2, 5)))(x, i),
    "windows": lambda x, i: jax.vmap(lambda j: lax.dynamic_slice(x, (j, jnp.int32(0), j), (2, 3, 2)))(i),
}


@pytest.mark.parametrize("name", PICKS)
def test_gather(name, x64):
    for dtype in dtypes(["float32", "int32", "uint8", "complex64", "float64"]):
        check(PICKS[name], values(dtype, 5, shape=(4, 3, 5)), np.array([0, 2, 1, 2], "int32"))


WRITES = {
    "set": lambda x, i, u: x.at[i].set(u),
    "add": lambda x, i, u: x.at[i].add(u),
    "add_again": lambda x, i, u: x.at[i * 0].add(u),
    "mul": lambda x, i, u: x.at[i].mul(u),
    "max": lambda x, i, u: x.at[i].max(u),
    "min": lambda x, i, u: x.at[i].min(u),
    "columns": lambda x, i, u: x.at[:, i].add(u[0, 0, 0]),
    "pairs": lambda x, i, u: x.at[i, i].set(u[:, 0]),
    "dropped": lambda x, i, u: x.at[i * 3].add(u),
    "dropped_sets": lambda x, i, u: x.at[i * 3].set(u),
    "clipped": lambda x, i, u: x.at[i * 3].add(u, mode="clip"),
    "promised": lambda x, i, u: x.at[i].add(u, mode="promise_in_bounds"),
    "batched": lambda x, i, u: jax.vmap(lambda row, j, v: row.at[j].add(v))(x, i, u[:, 0]),
    "windows": lambda x, i, u: jax.vmap(lambda row, j, v: lax.dynamic_update_slice(row, v, (j, jnp.int32(0))))(x, i, u[:, :2]),
    "gradient": lambda x, i, u: jax.grad(lambda x: jnp.sum(x[i] ** 2))(x),
}


@pytest.mark.parametrize("name", WRITES)
def test_scatter(name, x64):
    count = 4 if name in ("batched", "windows") else 3
    for dtype in ["float32"] if name == "gradient" else dtypes(["float32", "int32", "float64"]):
        x, updates = values(dtype, 5, shape=(4, 3, 5)), values(dtype, 6, shape=(count, 3, 5))
        check(WRITES[name], x, np.array([0, 2, 1, 1], "int32")[:count], updates, floor=8)


def test_sorts(x64):
    x = np.array([3, 1, np.nan, -np.inf, 2, 1, -0.0, 0.0, np.inf, np.nan], "float32")
    check(jnp.sort, x)
    check(jnp.argsort, x)
    for dtype in dtypes(["float32", "float64", "int8", "uint32", "bool", "bfloat16"]):
        y = values(dtype, 4, -3, 3, (6, 7))
        check(lambda y: (jnp.sort(y, 0), jnp.sort(y, 1), jnp.argsort(y, 0), jnp.argsort(y, descending=True)), y)
    i, y = values("int32", 1, 0, 2, (20,)), values("float32", 2, shape=(20,))
    check(lambda *operands: lax.sort(operands, num_keys=1), i, y)
    check(lambda *operands: lax.sort(operands, num_keys=2), i, values("int32", 3, 0, 2, (20,)), y)
    check(jnp.lexsort, (i, y))


def test_largest(x64):
    x = np.array([[3, 1, np.nan, -np.inf, 2, 1, -0.0, 0.0, np.inf], [1, 2, 2, 1, 3, 3, 0, 0, 5]], "float32")
    check(lambda x: lax.top_k(x, 4), x)
    check(lambda x: lax.top_k(x, 3), values("int32", 3, -2, 2, (4, 9)))


def test_random_bits_are_the_same(x64):
    key = jax.random.key(7)
    check(lambda k: jax.random.bits(k, (5, 3)), key)
    check(lambda k: (jax.random.uniform(k, (1000,)), jax.random.randint(k, (100,), 0, 17), jax.random.bernoulli(k, 0.3, (50,))),
          key)
    check(lambda k: (jax.random.split(k, 3), jax.random.fold_in(k, 5)), key)
    check(lambda k: jax.random.uniform(k, (4,)), jax.random.PRNGKey(3))
    check(lambda s: jax.random.permutation(jax.random.key(s), 20), 11)
    check(lambda k: jax.vmap(lambda k: jax.random.uniform(k, (3,)))(jax.random.split(k, 4)), key)
    check(lambda k: jax.random.bits(k, (7,), "uint8"), key)
    check(lambda k: (jax.random.normal(k, (1000,)), jax.random.exponential(k, (100,)), jax.random.gumbel(k, (100,))), key,
          units=64, floor=1)
    check(lambda k: jax.random.categorical(k, jnp.arange(5.0), shape=(20,)), key)


def test_fourier_transforms(x64):
    x = values("float32", 1, shape=(3, 8))
    check(lambda x: (jnp.fft.fft(x), jnp.fft.rfft(x), jnp.fft.irfft(jnp.fft.rfft(x)), jnp.fft.ifft2(x), jnp.fft.fftn(x)), x,
          floor=16)
