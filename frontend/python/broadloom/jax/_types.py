"""What values are: JAX's types and arrays, and broadloom's."""

import functools
import typing

import jax
import ml_dtypes
import numpy as np
from jax.extend.core.primitives import convert_element_type_p

import broadloom as bl

DTYPES = {np.dtype(name) for name in ("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16",
                                      "float32", "float64", "complex64", "complex128", ml_dtypes.bfloat16)}
THREEFRY_DTYPE = "key<fry>"
KEY = np.dtype("uint64")  # a random key of two 32-bit words: the first one is the upper half


class Type(typing.NamedTuple):
    shape: tuple
    dtype: np.dtype

    def inner(self):
        """Of an element along the first axis."""
        return Type(self.shape[1:], self.dtype)

    def outer(self, extent):
        """Of so many, stacked."""
        return Type((extent, *self.shape), self.dtype)

    def __str__(self):
        return f"{self.dtype.name}[{','.join(map(str, self.shape))}]"


def is_key(dtype):
    return jax.dtypes.issubdtype(dtype, jax.dtypes.prng_key)


def type_of(aval):
    """The Type of an abstract value. NotImplementedError where broadloom has no such dtype."""
    dtype = getattr(aval, "dtype", None)
    if dtype is None:
        raise NotImplementedError(f"broadloom.jax has no values of type {aval} yet")
    if is_key(dtype):
        if str(dtype) != THREEFRY_DTYPE:
            raise NotImplementedError(f"broadloom.jax has threefry keys only, not {dtype}")
        return Type(aval.shape, KEY)
    if np.dtype(dtype) not in DTYPES:
        raise NotImplementedError(f"broadloom.jax has no dtype {dtype} yet: {aval}")
    if not all(isinstance(extent, int) for extent in aval.shape):
        raise NotImplementedError(f"broadloom.jax has no symbolic shapes yet: {aval}")
    return Type(tuple(aval.shape), np.dtype(dtype))


def to_broadloom(x, type):
    """A value that has an array's elements, as an array that shares its memory where the dtype is the same."""
    if isinstance(x, jax.Array):
        if type.dtype == KEY and is_key(x.dtype):
            return _key_of_words(bl.asarray(np.asarray(jax.random.key_data(x))))
        return bl.asarray(np.asarray(x))
    array = bl.asarray(x) if isinstance(x, (np.ndarray, bl.Array)) else bl.asarray(x, dtype=type.dtype)
    return array if array.dtype == type.dtype else array.astype(type.dtype)


@bl.jit
def _key_of_words(words):
    return (words[..., 0].astype(KEY) << 32) | words[..., 1]


@bl.jit
def _words_of_key(key):
    return bl.stack([(key >> 32).astype("uint32"), key.astype("uint32")], axis=-1)


def maker_of_results(aval):
    """A function from an array to a jax.Array that shares its memory. Weakly typed ones JAX copies: it has no other way."""
    if is_key(aval.dtype):
        return lambda x: jax.random.wrap_key_data(share(_words_of_key(x)), impl="threefry2x32")
    if aval.weak_type:
        return lambda x: convert_element_type_p.bind(share(x), new_dtype=aval.dtype, weak_type=True, sharding=None)
    return share


@functools.cache
def _sharing():
    """What jax.dlpack.from_dlpack calls, if it is there as in jaxlib 0.10: a call takes 6 us, by way of from_dlpack 40."""
    device = jax.local_devices(backend="cpu")[0]
    try:
        from jaxlib._jax import dlpack_managed_tensor_to_buffer as take
        take(bl.zeros(1, dtype="float32").__dlpack__(), device, None, None, 1)
    except (ImportError, TypeError):
        return jax.dlpack.from_dlpack
    return lambda x: take(x.__dlpack__(), device, None, None, 1)


def share(x):
    """An array as a jax.Array, without a copy."""
    return _sharing()(x)
