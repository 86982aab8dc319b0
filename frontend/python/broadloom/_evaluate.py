"""Expressions as texts, as numexpr has them."""

import functools
import inspect
import sys
import threading
import weakref

from . import _core

_LENGTH, _DEPTH, _NODES = 1 << 20, 100, 100_000  # of a text: bytes, brackets in brackets, operations
_ORDERS = ("K", "A", "C")


@functools.lru_cache(maxsize=256)
def _parsed(text):
    return _core._Expression(text, _LENGTH, _DEPTH, _NODES)


def _values(expression, frame, local_dict, global_dict):
    names = frame.f_locals if local_dict is None else local_dict
    others = frame.f_globals if global_dict is None else global_dict
    values = {}
    for name in expression.names:
        if name in names:
            values[name] = names[name]
        elif name in others:
            values[name] = others[name]
        elif not expression.is_constant(name):
            raise NameError(f"evaluate: name {name!r} is not defined")
    if local_dict is None:
        _forget(frame, names)
    return values


def _forget(frame, names):
    """Before Python 3.13 a function's frame keeps this copy of its variables, and so arrays that the function deletes later.

    It is emptied unless the function holds it too, as `locals()`: then there are more references than the frame's, those of
    two callers, and getrefcount's.
    """
    if frame.f_code.co_flags & inspect.CO_OPTIMIZED and isinstance(names, dict) and sys.getrefcount(names) == 4:
        names.clear()


class _Last(threading.local):
    """What re_evaluate repeats in each thread: an expression, a weak reference to `out` or None, `casting`."""
    call = None


_last = _Last()


def _remember(expression, out, casting):
    _last.call = expression, None if out is None else weakref.ref(out), casting


def _checked(ex, order, truediv):
    """The parsed expression."""
    if not isinstance(ex, str):
        raise TypeError(f"evaluate: a text is needed, not {type(ex).__name__}")
    if order not in _ORDERS:
        raise ValueError(f"evaluate: order must be one of {', '.join(_ORDERS)}, not {order!r}")
    if truediv is not True and truediv != "auto":
        raise NotImplementedError("evaluate: truediv=False; write // for the floor of a quotient")
    try:
        return _parsed(ex)
    except UnicodeEncodeError as error:
        raise SyntaxError(f"evaluate: the text has {ascii(error.object[error.start])}, half of a character") from None


def _computed(result, out, casting):
    if out is None:
        _evaluate_all(result)
        return result
    if not isinstance(result, _core.Array):
        raise TypeError(f"evaluate: `out` receives one array, not a {type(result).__name__}")
    _core.copyto(out, result, casting=casting)
    return out


def _evaluate_all(result):
    if isinstance(result, tuple):
        for item in result:
            _evaluate_all(item)
    elif isinstance(result, _core.Array):
        _core.eval(result)


def evaluate(ex, local_dict=None, global_dict=None, out=None, order="K", casting="same_kind", *, truediv=True,
             optimization="aggressive", sanitize=True, _frame_depth=1):
    """The value of an expression, computed at once: evaluate("2*a + 3*b").

    ex           text of one expression in the spelling of NumPy and numexpr: numbers, names, operators (but `and`, `or`,
                 `not`), calls of broadloom's functions by name (where, sum(x, axis=0), linalg.norm, ...), tuples, slices.
                 It is parsed by broadloom: no attributes, no methods, no Python. At most 2**20 bytes, brackets nested 100
                 deep, 100,000 operations.
    local_dict, global_dict
                 where names are looked up, the first one first; else in the frame of the caller.
    out          an array that receives the result, which has to be cast to its dtype by the rule `casting`; it is returned.
    order        "K", "A" or "C": that of the result's memory is NumPy's.
    truediv      only True: `/` of integers is a float, as in NumPy.
    optimization, sanitize
                 are taken for numexpr's sake: texts are always optimised, and always checked.

    The result is an array; a tuple of arrays where the text has a tuple, or a function that returns one; a dtype or None of
    the functions that return these.

    Shapes, dtypes and values are NumPy's: a float constant takes the dtype of a float32 array beside it, which numexpr makes
    float64. Raises SyntaxError for what is no expression, NameError for a name without a value, ValueError for an
    unknown function, TypeError and others as the operations do; the message shows where in the text.
    """
    expression = _checked(ex, order, truediv)
    result = expression.compute(_values(expression, sys._getframe(_frame_depth), local_dict, global_dict))
    result = _computed(result, out, casting)
    _remember(expression, out, casting)
    return result


def validate(ex, local_dict=None, global_dict=None, out=None, order="K", casting="same_kind", *, truediv=True,
             optimization="aggressive", sanitize=True, _frame_depth=1):
    """None where `evaluate` with these arguments would have a result, else the exception that it would raise.

    Nothing is computed: the text is parsed, names are looked up, functions, shapes and dtypes are checked, also those of `out`.
    Errors that depend on elements are not seen, and functions of random numbers draw some. After None, `re_evaluate()`
    computes the expression.
    """
    try:
        expression = _checked(ex, order, truediv)
        result = expression.compute(_values(expression, sys._getframe(_frame_depth), local_dict, global_dict))
        if out is not None:  # a write to what nobody reads is checked, and never done
            _computed(result, _core.empty(out.shape, dtype=out.dtype), casting)
    except Exception as error:
        return error
    _remember(expression, out, casting)
    return None


def re_evaluate(local_dict=None, global_dict=None, *, _frame_depth=1):
    """The expression of this thread's last `evaluate`, or `validate` that found no fault, with the values that names have now.

    local_dict and global_dict are those of `evaluate`. The result goes into the `out` of that call, if it had one that is still
    there, by the same rule of casting. Other shapes and dtypes than last time are welcome. RuntimeError where nothing was
    evaluated in this thread.
    """
    if _last.call is None:
        raise RuntimeError("re_evaluate: nothing was evaluated in this thread; call evaluate or validate first")
    expression, out, casting = _last.call
    result = expression.compute(_values(expression, sys._getframe(_frame_depth), local_dict, global_dict))
    return _computed(result, out and out(), casting)
