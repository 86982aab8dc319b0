"""jax.random: keys are numbers of 64 bits, and what is drawn has the bits that JAX draws."""

import functools

import jax
import numpy as np
from jax.extend.random import threefry_prng_impl

import broadloom as bl

from ._equations import expansion
from ._rules import rule
from ._types import KEY, Type

ROTATIONS = (13, 15, 26, 6), (17, 29, 16, 24)


@rule("threefry2x32")
def threefry(equation, first_key, second_key, x, y):
    """Threefry-2x32 with 20 rounds (Salmon et al., 2011)."""
    keys = first_key, second_key, first_key ^ second_key ^ 0x1BD11BDA
    x, y = x + keys[0], y + keys[1]
    for step in range(5):
        for rotation in ROTATIONS[step % 2]:
            x = x + y
            y = ((y << rotation) | (y >> (32 - rotation))) ^ x
        x, y = x + keys[(step + 1) % 3], y + keys[(step + 2) % 3] + (step + 1)
    return x, y


@rule("iota_2x32_shape")
def count_in_halves(equation):
    """The number of each element, upper and lower 32 bits."""
    shape = equation.result_types[0].shape
    number = bl.reshape(bl.arange(int(np.prod(shape, dtype=np.int64)), dtype="uint64"), shape)
    return (number >> 32).astype("uint32"), number.astype("uint32")


@rule("random_wrap")
def key_of_words(equation, words):
    return (words[..., 0].astype("uint64") << 32) | words[..., 1]


@rule("random_unwrap")
def words_of_key(equation, key):
    return bl.stack([(key >> 32).astype("uint32"), key.astype("uint32")], axis=-1)


@rule("random_clone")
def clone(equation, key):
    return key


def _mapped(function, axes):
    return functools.reduce(lambda f, _: jax.vmap(f), range(axes), function)


def _words(flat, key):
    """Adds the words of a key; returns their value and type."""
    type = Type(flat.types[key].shape + (2,), np.dtype("uint32"))
    words, = flat.emit("random_unwrap", {}, [key], [type])
    return words, jax.ShapeDtypeStruct(*type)


def _key(flat, words):
    return flat.emit("random_wrap", {}, [words], [Type(flat.types[words].shape[:-1], KEY)])[0]


@expansion("random_bits")
def random_bits(flat, eqn, operands):
    words, aval = _words(flat, operands[0])
    width, shape = eqn.params["bit_width"], eqn.params["shape"]
    draw = _mapped(lambda key: threefry_prng_impl.random_bits(key, width, shape), len(aval.shape) - 1)
    return flat.inline_function(draw, [words], [aval])


@expansion("random_split")
def random_split(flat, eqn, operands):
    words, aval = _words(flat, operands[0])
    split = _mapped(lambda key: threefry_prng_impl.split(key, eqn.params["shape"]), len(aval.shape) - 1)
    return [_key(flat, words) for words in flat.inline_function(split, [words], [aval])]


@expansion("random_seed")
def random_seed(flat, eqn, operands):
    aval = eqn.invars[0].aval
    seed = _mapped(threefry_prng_impl.seed, len(aval.shape))
    return [_key(flat, words) for words in flat.inline_function(seed, operands, [aval])]


@expansion("random_fold_in")
def random_fold_in(flat, eqn, operands):
    words, aval = _words(flat, operands[0])
    data = eqn.invars[1].aval
    rank = max(len(aval.shape) - 1, len(data.shape))
    if len(aval.shape) - 1 != len(data.shape) and 0 not in (len(aval.shape) - 1, len(data.shape)):
        raise NotImplementedError(f"broadloom.jax: fold_in of keys and data of {len(aval.shape) - 1} and {len(data.shape)} axes")
    axes = (None if len(aval.shape) == 1 else 0, None if not data.shape else 0)
    fold = functools.reduce(lambda f, _: jax.vmap(f, in_axes=axes), range(rank), threefry_prng_impl.fold_in)
    return [_key(flat, words) for words in flat.inline_function(fold, [words, operands[1]], [aval, data])]
