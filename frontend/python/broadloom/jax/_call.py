"""jit(f): arguments are taken apart as JAX does it, a program is found or made for their kind, and run."""

import functools
import inspect

import jax
import numpy as np

import broadloom as bl
from broadloom import _core

from . import _calls, _conversions, _convolutions, _elementwise, _erf_inv, _indexing, _linalg  # noqa: F401: these fill the table
from . import _loops, _products, _random, _reductions, _scatter, _shapes, _sorting  # noqa: F401
from ._equations import Flat
from ._program import Program
from ._types import maker_of_results, share, to_broadloom, type_of

_IGNORED = (0, 0, 0, 0, None)  # of floating-point errors: JAX knows none


def jit(f=None, *, static_argnums=(), static_argnames=(), donate_argnums=(), donate_argnames=()):
    """A function that does what f does, computed by broadloom.

    f is a function that `jax.jit` takes: pure, of pytrees of arrays and numbers. It is traced once for arguments of the same
    tree, shapes and dtypes, and the same static arguments. Results are jax.Arrays in f's tree. NotImplementedError, naming the
    primitive and the line, where f uses what is missing. Donated arguments stay as they are: JAX's arrays never change.
    """
    if f is None:
        return functools.partial(jit, static_argnums=static_argnums, static_argnames=static_argnames)
    return functools.wraps(f)(Jitted(f, static_argnums, static_argnames))


def _static_names(f, numbers, names):
    """Positions and names of static arguments: each tells of the other where f's signature does."""
    numbers = (numbers,) if isinstance(numbers, int) else tuple(numbers)
    names = (names,) if isinstance(names, str) else tuple(names)
    try:
        parameters = list(inspect.signature(f).parameters.values())
    except (TypeError, ValueError):
        return numbers, names
    by_place = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    named = {p.name for p in parameters if p.kind != p.POSITIONAL_ONLY}
    count = len(by_place)
    numbers = {*(n % count if -count <= n < 0 else n for n in numbers), *(by_place.index(n) for n in names if n in by_place)}
    return tuple(sorted(numbers)), tuple({*names, *(by_place[n] for n in numbers if n < count and by_place[n] in named)})


def _kind(x):
    """What of a leaf the trace depends on; None of a tracer."""
    if isinstance(x, jax.Array):
        return None if isinstance(x, jax.core.Tracer) else (x.shape, x.dtype, getattr(x, "weak_type", False))
    if isinstance(x, (np.ndarray, np.generic, bl.Array)):
        return x.shape, x.dtype, False
    return type(x)


def _stand_in(x):
    """What JAX traces with in place of an array of broadloom's."""
    return jax.ShapeDtypeStruct(x.shape, x.dtype) if isinstance(x, bl.Array) else x


class _Traced:
    """What f does with arguments of one kind."""

    def __init__(self, traced):
        self._types = [type_of(aval) for aval in jax.tree.leaves(traced.in_avals)]
        self._program = Program(Flat.of(traced.jaxpr))
        self._is_ordered = self._program.makes_c_order()
        self._makers = [maker_of_results(aval) for aval in jax.tree.leaves(traced.out_avals)]
        self._tree = traced.out_tree

    def __call__(self, leaves):
        arrays = [to_broadloom(x, type) for x, type in zip(leaves, self._types)]
        results = self._program(*arrays)
        given = {id(array): leaf for array, leaf in zip(arrays, leaves)}
        return self._tree.unflatten([self._result(x, make, given) for x, make in zip(results, self._makers)])

    def _result(self, x, make, given):
        """What nobody writes to: an argument of JAX's is a result as it is, other memory that others know is copied."""
        leaf = given.setdefault(id(x), x)
        if leaf is x and not self._program.is_constant(x):
            return make(x if self._is_ordered or x._order[0] else bl.copy(x, order="C"))
        is_result = make is share and isinstance(leaf, jax.Array) and not leaf.weak_type
        return leaf if is_result else make(bl.copy(x, order="C"))


class Jitted:
    """A function and its programs."""

    def __init__(self, f, static_argnums, static_argnames):
        self._f, self._programs = f, {}
        self._numbers, self._names = _static_names(f, static_argnums, static_argnames)
        self._jax = jax.jit(f, static_argnums=self._numbers or None, static_argnames=self._names or None)

    def __call__(self, *args, **kwargs):
        static = ()
        given = args, kwargs
        if self._numbers or self._names:
            static, given = self._split(args, kwargs)
        leaves, tree = jax.tree.flatten(given)
        kinds = tuple(map(_kind, leaves))
        if None in kinds:
            return self._jax(*args, **kwargs)
        key = tree, static, kinds, jax.config.jax_enable_x64, jax.config.jax_threefry_partitionable
        token = _core.error_state.set(_IGNORED)
        try:
            traced = self._programs.get(key)
            if traced is None:
                traced = self._programs[key] = self._trace(args, kwargs)
            return traced(leaves)
        finally:
            _core.error_state.reset(token)

    def __get__(self, instance, owner=None):
        return self if instance is None else functools.partial(self, instance)

    def _split(self, args, kwargs):
        """Static arguments, and the other ones."""
        static = tuple((n, args[n]) for n in self._numbers if n < len(args))
        static += tuple((name, kwargs[name]) for name in self._names if name in kwargs)
        dynamic = tuple(x for n, x in enumerate(args) if n not in self._numbers)
        return static, (dynamic, {name: x for name, x in kwargs.items() if name not in self._names})

    def _trace(self, args, kwargs):
        args, kwargs = jax.tree.map(_stand_in, (args, kwargs), is_leaf=lambda x: isinstance(x, bl.Array))
        return _Traced(self._jax.trace(*args, **kwargs))
