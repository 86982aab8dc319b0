"""Calls of the door's primitives, each a function of a dtype, for test_dtypes.py.

CASES[name] is a list of functions from a dtype's name to (function of arrays, the arrays). The function calls the primitive of
that name; which dtypes it takes is left to JAX.
"""

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.extend.core import primitives

INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
DTYPES = ["bool", *INTEGERS, "float16", "bfloat16", "float32", "float64", "complex64", "complex128"]
# What the door writes JAX's primitives with.
OWN = {"element", "rows_of_windows", "updates_of_rows", "write_rows", "accumulate_rows", "write_slice",
       "bitcast_convert_type_of_words"}
FLOATS = {"float16": (5, 10), "bfloat16": (8, 7), "float32": (8, 23), "float64": (11, 52)}  # bits of exponent and mantissa


def kind_of(dtype):
    return "f" if dtype == "bfloat16" else np.dtype(dtype).kind


def values(dtype, seed, low=-8, high=8, shape=(5, 7)):
    """Numbers between both, or what the dtype has of them."""
    kind, generator = kind_of(dtype), np.random.default_rng(seed)
    if kind == "b":
        return generator.integers(0, 2, shape).astype(bool)
    if kind in "iu":
        low = np.ceil(low) if kind == "i" else max(np.ceil(low), 0)
        return generator.integers(low, max(high, low + 1), shape, endpoint=True).astype(dtype)
    x = generator.uniform(low, high, shape)
    return (x + 1j * generator.uniform(low, high, shape) if kind == "c" else x).astype(jnp.dtype(dtype))


def special(dtype):
    """Zeros, limits, halves, infinities, NaN; complex numbers apart from where functions jump."""
    kind = kind_of(dtype)
    if kind == "b":
        return np.array([False, True])
    if kind in "iu":
        limits = np.iinfo(dtype)
        ends = [limits.max, limits.max - 1, limits.min, limits.min + 1]
        return np.array([0, 1, 2, 3, 7, 8, 63, *ends, *([-1, -2, -7] if kind == "i" else [])], dtype)
    if kind == "c":
        return np.array([0.5 + 0.25j, -0.5 + 0.25j, 0.75 - 0.5j, -0.25 - 0.5j], dtype)
    return np.array([0, -0.0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 3.75, np.nan, np.inf, -np.inf, 6]).astype(jnp.dtype(dtype))


def of(function, *makers):
    """A call with what these make of the dtype."""
    return [lambda dtype: (function, [make(dtype) for make in makers])]


def shaped(*shape, seed=5, low=-4, high=4):
    return lambda dtype: values(dtype, seed, low, high, shape)


def fixed(x):
    return lambda dtype: x


def index(*places):
    return lambda dtype: np.array(places[0] if len(places) == 1 else places, dtype)


def unary(function, low=-8, high=8):
    """Of numbers between both, and of special ones."""
    return of(function, lambda dtype: np.concatenate([values(dtype, 1, low, high).ravel(), special(dtype)]))


def binary(function):
    """Also of all pairs of special numbers."""
    def first(dtype):
        return np.concatenate([values(dtype, 2).ravel(), np.repeat(special(dtype), len(special(dtype)))])

    def second(dtype):
        return np.concatenate([values(dtype, 3).ravel(), np.tile(special(dtype), len(special(dtype)))])
    return of(function, first, second)


def together(choices, function):
    """A function that makes a list of what function(choice, arrays...) makes."""
    return lambda *arrays: [function(choice, *arrays) for choice in choices]


def each(choices, calls_of):
    """Calls for each of these choices."""
    return [call for choice in choices for call in calls_of(choice)]


CUBE, SMALL_CUBE = shaped(4, 3, 5), shaped(4, 3, 5, low=-2, high=2)
X = values("float32", 8, shape=(4, 3, 5))

ELEMENTWISE = {
    "abs": unary(lax.abs), "acos": unary(lax.acos, -1, 1), "acosh": unary(lax.acosh, 1, 8), "asin": unary(lax.asin, -1, 1),
    "asinh": unary(lax.asinh), "atan": unary(lax.atan), "atanh": unary(lax.atanh, -0.9, 0.9), "cbrt": unary(lax.cbrt),
    "ceil": unary(lax.ceil), "clz": unary(lax.clz), "conj": unary(primitives.conj_p.bind), "cos": unary(lax.cos, -3, 3),
    "cosh": unary(lax.cosh, -3, 3), "digamma": unary(lax.digamma, 0.5, 8), "erf": unary(lax.erf, -3, 3),
    "erf_inv": unary(lax.erf_inv, -0.99, 0.99), "erfc": unary(lax.erfc, -2, 2), "exp": unary(lax.exp, -4, 4),
    "exp2": unary(lax.exp2, -4, 4), "expm1": unary(lax.expm1, -4, 4), "floor": unary(lax.floor), "imag": unary(lax.imag),
    "is_finite": unary(lax.is_finite), "lgamma": unary(lax.lgamma, 2.5, 8), "log": unary(lax.log, 0.1, 8),
    "log1p": unary(lax.log1p, -0.9, 8), "logistic": unary(lax.logistic), "neg": unary(lax.neg), "not": unary(lax.bitwise_not),
    "population_count": unary(lax.population_count), "real": unary(lax.real), "rsqrt": unary(lax.rsqrt, 0.1, 8),
    "sign": unary(lax.sign), "sin": unary(lax.sin, -3, 3), "sinh": unary(lax.sinh, -3, 3), "sqrt": unary(lax.sqrt, 0, 8),
    "square": unary(lax.square), "tan": unary(lax.tan, -1.4, 1.4), "tanh": unary(lax.tanh, -4, 4),
    "round": unary(together(lax.RoundingMethod, lambda method, x: lax.round(x, method))),
    "integer_pow": unary(together((-3, -1, 2, 5), lambda y, x: lax.integer_pow(x, y)), 0.5, 3),
    "add": binary(lax.add), "add_any": binary(primitives.add_jaxvals_p.bind), "and": binary(lax.bitwise_and),
    "atan2": of(lax.atan2, shaped(5, 7), shaped(5, 7, seed=6)), "div": binary(lax.div), "eq": binary(lax.eq),
    "ge": binary(lax.ge), "gt": binary(lax.gt), "le": binary(lax.le), "lt": binary(lax.lt), "max": binary(lax.max),
    "min": binary(lax.min), "mul": binary(lax.mul), "mulhi": binary(lax.mulhi), "ne": binary(lax.ne),
    "nextafter": binary(lax.nextafter), "or": binary(lax.bitwise_or), "rem": binary(lax.rem),
    "shift_left": binary(lax.shift_left), "shift_right_arithmetic": binary(lax.shift_right_arithmetic),
    "shift_right_logical": binary(lax.shift_right_logical), "sub": binary(lax.sub), "xor": binary(lax.bitwise_xor),
    "complex": binary(lax.complex),
    "eq_to": binary(primitives.eq_to_p.bind), "le_to": binary(primitives.le_to_p.bind), "lt_to": binary(primitives.lt_to_p.bind),
    "pow": of(lambda x, *exponents: [lax.pow(x, n) for n in exponents], shaped(5, 7, low=0.2, high=3),
              shaped(5, 7, seed=6, low=-2, high=2), *(fixed(values(n, 2, 0, 3)) for n in ("int8", "int32", "uint64"))),
    "clamp": of(lax.clamp, shaped(5, 7, low=-3, high=0), shaped(5, 7, seed=6), shaped(5, 7, seed=7, low=1, high=3)),
    "select_n": each((values("bool", 9), values("int32", 9, 0, 1)),
                     lambda which: of(lax.select_n, fixed(which), shaped(5, 7), shaped(5, 7, seed=6))),
}



def bits_of_all(x):
    """x as each dtype whose elements have the same bits, part of them, or those of several; bool and complex only as it is."""
    targets = [target for target in map(jnp.dtype, DTYPES) if x.dtype == target or {x.dtype.kind, target.kind}.isdisjoint("bc")]
    ratios = {target: target.itemsize // x.dtype.itemsize for target in targets}
    return [lax.bitcast_convert_type(x[:, :ratio] if ratio > 1 else x, target) for target, ratio in ratios.items()]


def reduced(x):
    """x with the precision of each dtype, but for float16 and bfloat16, of which neither holds the other."""
    pairs = [bits for name, bits in FLOATS.items() if {name, x.dtype.name} != {"float16", "bfloat16"}]
    return [lax.reduce_precision(x, *bits) for bits in pairs]


CONVERSIONS = {
    "convert_element_type": of(lambda x: [lax.convert_element_type(x, target) for target in map(jnp.dtype, DTYPES)], special),
    "bitcast_convert_type": of(bits_of_all, shaped(3, 16)),
    "reduce_precision": of(reduced, CUBE),
}

SHAPES = {
    "broadcast_in_dim": of(lambda x: lax.broadcast_in_dim(x, (2, 4, 3, 6, 5), (1, 2, 4)), CUBE),
    "concatenate": of(lambda x: lax.concatenate([x, x[:, :2], x], 1), CUBE),
    "iota": [lambda dtype: (lambda: lax.broadcasted_iota(jnp.dtype(dtype), (3, 4), 1), [])],
    "pad": of(lambda x: lax.pad(x, x[0, 0, 0], ((1, 2, 0), (0, -1, 2), (3, 0, 1))), CUBE),
    "reshape": of(lambda x: x.T.reshape(6, 10), CUBE),
    "rev": of(lambda x: lax.rev(x, (0, 2)), CUBE),
    "slice": of(lambda x: lax.slice(x, (1, 0, 1), (4, 3, 5), (2, 1, 3)), CUBE),
    "split": of(lambda x: lax.split(x, (1, 2, 2), 2), CUBE),
    "squeeze": of(lambda x: lax.squeeze(x, (0, 2)), shaped(1, 3, 1)),
    "stack": of(lambda x: (jnp.stack([x, x[::-1]], 1), jnp.stack([x] * 5, 3)), CUBE),
    "tile": of(lambda x: jnp.tile(x, (2, 1, 3)), CUBE),
    "transpose": of(lambda x: lax.transpose(x, (2, 0, 1)), CUBE),
    "unstack": of(lambda x: jnp.unstack(x, axis=1), CUBE),
}


def along_axes(function):
    """Also of no elements."""
    return of(lambda x, empty: (function(x, (1, 2)), function(x, ()), function(empty, (0,))), shaped(2, 3, 5, low=-2, high=2),
              shaped(0, 3))


def cumulative(function):
    return of(together((False, True), lambda reverse, x: function(x, 1, reverse)), SMALL_CUBE)


def extremum(function):
    return of(together(INTEGERS, lambda place, x: function(x, 1, jnp.dtype(place))), CUBE)


def window(function, start):
    """`start` is -1 for the lowest number, 1 for the highest."""
    def call(dtype):
        limits = np.iinfo(dtype) if kind_of(dtype) in "iu" else None
        first = start * np.inf if start and not limits else start
        first = (limits.min, 0, limits.max)[start + 1] if limits else first > 0 if dtype == "bool" else first
        first = np.array(first).astype(jnp.dtype(dtype))[()]
        return lambda x: lax.reduce_window(x, first, function, (2, 3), (1, 2), ((0, 1), (1, 0))), [shaped(6, 9)(dtype)]
    return [call]


REDUCTIONS = {
    "argmax": extremum(lax.argmax), "argmin": extremum(lax.argmin), "cumlogsumexp": cumulative(lax.cumlogsumexp),
    "cummax": cumulative(lax.cummax), "cummin": cumulative(lax.cummin), "cumprod": cumulative(lax.cumprod),
    "cumsum": cumulative(lax.cumsum), "reduce_and": along_axes(lax.reduce_and), "reduce_max": along_axes(lax.reduce_max),
    "reduce_min": along_axes(lax.reduce_min), "reduce_or": along_axes(lax.reduce_or), "reduce_prod": along_axes(lax.reduce_prod),
    "reduce_sum": along_axes(lax.reduce_sum), "reduce_xor": along_axes(lax.reduce_xor),
    "reduce_window_sum": window(lax.add, 0), "reduce_window_max": window(lax.max, -1), "reduce_window_min": window(lax.min, 1),
}


def dot(x, y, wanted=None):
    return lax.dot_general(x, y, (((2,), (1,)), ((0,), (0,))), preferred_element_type=wanted)


LEFT, RIGHT = shaped(2, 3, 9, low=-2, high=2), shaped(2, 9, 5, seed=6, low=-2, high=2)
OTHERS, WANTED = ("uint64", "float32"), ("int8", "int32", "float16", "float32", "complex128")
PRODUCTS = {
    "dot_general": of(lambda a, b, c: (dot(a, b), c @ c.T, a.ravel() @ a.ravel()), LEFT, RIGHT, shaped(3, 2))
    + each(OTHERS, lambda other: of(dot, LEFT, fixed(RIGHT(other))))
    + of(together(WANTED, lambda wanted, x, y: dot(x, y, jnp.dtype(wanted))), LEFT, RIGHT),
    "conv_general_dilated": of(lambda x, k: lax.conv_general_dilated(x, k, (1, 2), ((1, 0), (0, 1))),
                               shaped(3, 4, 6, 7, low=-2, high=2), shaped(5, 4, 2, 3, low=-2, high=2)),
}


def scatters(method):
    """Of windows at computed places, and of one at a known place; with indices of each dtype."""
    def write(x, i, u):
        return [getattr(x.at[i], method)(u, mode=mode) for mode in ("drop", "clip")] + [getattr(x.at[1:], method)(u)]
    return (of(write, SMALL_CUBE, fixed(np.array([0, 2, 5])), shaped(3, 3, 5, low=-2, high=2))
            + of(write, fixed(X), index(0, 2, 5), fixed(X[:3])))


def picks(function, *makers):
    """Of arrays of each dtype, and with an index of each dtype."""
    others = [fixed(make("float32")) for make in makers]
    return of(function, fixed(np.int32(1)), CUBE, *makers) + of(function, index(1), fixed(X), *others)


def picked(x, i):
    return [x.at[:, i].get(mode=mode) for mode in ("fill", "clip")]


PLACES = {
    "dynamic_slice": picks(lambda i, x: lax.dynamic_slice(x, (i, i, i), (2, 3, 2))),
    "dynamic_update_slice": picks(lambda i, x, u: lax.dynamic_update_slice(x, u, (i, i, i)), shaped(2, 3, 2)),
    "gather": of(picked, CUBE, fixed(np.array([0, 2, 5, 1]))) + of(picked, fixed(X), index(0, 2, 5, 1)),
    "scatter": scatters("set"), "scatter-add": scatters("add"), "scatter-sub": scatters("subtract"),
    "scatter-mul": scatters("mul"),
    "scatter-min": scatters("min"), "scatter-max": scatters("max"),
}

LINE = values("int32", 3, 0, 3, (20,))
SORTING = {
    "sort": of(lambda x, y: (lax.sort(x, dimension=0), lax.sort(x), lax.sort(y)), CUBE, special)
    + of(lambda k, x, y: [lax.sort((k, x), num_keys=n) + lax.sort((y, k), num_keys=n) for n in (1, 2)], fixed(LINE), shaped(20),
         shaped(20, low=0, high=3)),
    "top_k": of(lambda x, y: (lax.top_k(x, 3), lax.top_k(y, 2)), CUBE, special),
}


def matrix(*shape):
    """Hermitian, well-conditioned."""
    def make(dtype):
        x = values(dtype, 1, -1, 1, shape) * (dtype != "bool")
        return (x @ x.conj().swapaxes(-1, -2) + 3 * np.eye(shape[-1])).astype(jnp.dtype(dtype))
    return make


LINALG = {
    "cholesky": of(lax.linalg.cholesky, matrix(3, 4, 4)),
    "custom_linear_solve": of(jnp.linalg.solve, matrix(3, 4, 4), shaped(3, 4, 2)),
    "eigh": of(lambda x: lax.linalg.eigh(x)[1], matrix(3, 4, 4)),
    "fft": of(lambda x: (jnp.fft.fft(x), jnp.fft.ifft2(x), jnp.fft.irfft(x)), shaped(3, 8)) + of(jnp.fft.rfft, shaped(3, 8)),
    "lu": of(lax.linalg.lu, matrix(3, 4, 4)),
    "lu_pivots_to_permutation": of(lambda p: lax.linalg.lu_pivots_to_permutation(p, 5), index(2, 1, 4)),
    "qr": of(lambda x: jnp.abs(jnp.linalg.qr(x)[1]), matrix(3, 4, 4)),
    "svd": of(lambda x: jnp.linalg.svd(x, compute_uv=False), matrix(3, 4, 4)),
    "triangular_solve": of(lambda a, b: lax.linalg.triangular_solve(a, b, left_side=True, lower=True), matrix(2, 4, 4),
                           shaped(2, 4, 3)),
}

KEY = jax.random.key(7)


def draw_integers(key, shape, dtype):
    return jax.random.randint(key, shape, 0, 100, dtype)


RANDOM = {
    "random_bits": each((jax.random.bits, jax.random.uniform, draw_integers),
                        lambda draw: [lambda dtype: (lambda key: draw(key, (5, 3), jnp.dtype(dtype)), [KEY])]),
    "random_fold_in": of(jax.random.fold_in, fixed(KEY), index(5)),
    "random_seed": of(jax.random.key, index(5)),
}

ROWS = shaped(20, 5, low=-1, high=1)
CONTROL = {
    "scan": of(lambda x: lax.scan(lambda c, row: (row, (c, row)), x[0], x), ROWS)
    + of(lambda x: lax.scan(lambda c, row: (c + row, c), x[0], x), ROWS),
    "while": of(lambda x: lax.while_loop(lambda s: s[0] < 5, lambda s: (s[0] + 1, s[1][::-1]), (0, x)), shaped(5))
    + of(lambda x: lax.while_loop(lambda s: s[0] < 5, lambda s: (s[0] + 1, s[1]), (x, x)), index(2)),
    "cond": of(lambda p, x: lax.cond(p, lambda x: x, lambda x: x[::-1], x), fixed(True), CUBE)
    + of(lambda i, x: lax.switch(i, [lambda x: x, lambda x: x + x, lambda x: x[::-1]], x), index(1), fixed(X)),
}
CASES = ELEMENTWISE | CONVERSIONS | SHAPES | REDUCTIONS | PRODUCTS | PLACES | SORTING | LINALG | RANDOM | CONTROL
