"""What values are: JAX's types and arrays, and broadloom's."""

import typing

import jax
import ml_dtypes
import numpy as np
from jax.extend.core.primitives import convert_element_type_p
from jax.extend.random import threefry_prng_impl

import broadloom as bl

DTYPES = {np.dtype(name) for name in ("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16",
                                      "float32", "float64", "complex64", "complex128", ml_dtypes.bfloat16)}
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
        if dtype._impl is not threefry_prng_impl:
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
        if is_key(x.dtype):
            words = bl.asarray(np.asarray(jax.random.key_data(x)))
            return bl.eval(key := (words[..., 0].astype(KEY) << 32) | words[..., 1]) or key
        x = np.asarray(x)
    array = bl.asarray(x) if isinstance(x, (np.ndarray, bl.Array)) else bl.asarray(x, dtype=type.dtype)
    return array if array.dtype == type.dtype else array.astype(type.dtype)


def to_jax(x, aval):
    """An array as a jax.Array that shares its memory; weakly typed ones are copied by JAX, which has no other way."""
    if is_key(aval.dtype):
        words = bl.stack([(x >> 32).astype("uint32"), x.astype("uint32")], axis=-1)
        return jax.random.wrap_key_data(jax.dlpack.from_dlpack(words), impl=aval.dtype._impl.name)
    result = jax.dlpack.from_dlpack(x)
    if not aval.weak_type:
        return result
    return convert_element_type_p.bind(result, new_dtype=aval.dtype, weak_type=True, sharding=None)
