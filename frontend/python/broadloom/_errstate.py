"""What floating-point errors do, with NumPy's names and meaning: errstate, seterr, geterr, seterrcall, geterrcall.

An operation keeps the state of the moment it is written in. Warnings come when it is computed, at the line that wrote
it; under 'raise', 'call' and 'log' it is computed at once.
"""

import functools as _functools

from . import _core

_MODES = ("ignore", "warn", "raise", "call", "print", "log")
_ERRORS = ("divide", "over", "under", "invalid")
_UNSET = object()
_state = _core.error_state  # a context variable: the four modes as numbers, and what 'call' calls


def _changed(all=None, divide=None, over=None, under=None, invalid=None, call=_UNSET):
    """The state of now with what is given in place of what is."""
    *now, called = _state.get()
    given = (all if mode is None else mode for mode in (divide, over, under, invalid))
    modes = [_MODES[previous] if mode is None else mode for mode, previous in zip(given, now)]
    for mode in modes:
        if mode not in _MODES:
            raise ValueError(f"seterr: a mode is one of {', '.join(_MODES)}, not {mode!r}")
    if call is _UNSET:
        call = called
    elif call is not None and not callable(call) and not callable(getattr(call, "write", None)):
        raise TypeError("seterrcall: only a callable or an object with a method write can be used")
    return (*map(_MODES.index, modes), call)


def geterr():
    """The state of this context, as {'divide': 'warn', 'over': 'warn', 'under': 'ignore', 'invalid': 'warn'}."""
    return {error: _MODES[mode] for error, mode in zip(_ERRORS, _state.get())}


def seterr(all=None, divide=None, over=None, under=None, invalid=None):
    """Sets what is given, for this context (thread, task), and returns the state from before."""
    previous = geterr()
    _state.set(_changed(all, divide, over, under, invalid))
    return previous


def geterrcall():
    """What 'call' calls and 'log' writes to, or None."""
    return _state.get()[-1]


def seterrcall(func):
    """Sets what 'call' calls, as func(error, flags), or whose method write(message) 'log' calls; returns the earlier one."""
    previous = geterrcall()
    _state.set(_changed(call=func))
    return previous


class errstate:
    """`with errstate(divide='ignore', ...)`: seterr for a while; also a decorator. call= sets what seterrcall does."""

    def __init__(self, *, call=_UNSET, all=None, divide=None, over=None, under=None, invalid=None):
        self._given = {"call": call, "all": all, "divide": divide, "over": over, "under": under, "invalid": invalid}
        self._token = None

    def __enter__(self):
        if self._token is not None:
            raise TypeError("errstate: one object cannot be entered twice")
        self._token = _state.set(_changed(**self._given))

    def __exit__(self, *exc_info):
        _state.reset(self._token)

    def __call__(self, func):
        @_functools.wraps(func)
        def inner(*args, **kwargs):
            with errstate(**self._given):
                return func(*args, **kwargs)
        return inner


def _numpys_array(values, dtype):
    import numpy
    with numpy.errstate(call=geterrcall(), **geterr()):
        return numpy.array(values, dtype)


def _handle(mode, error, flags, operation):
    call = geterrcall()
    if call is None:
        what = ("log", "object with write method") if _MODES[mode] == "log" else ("python callback", "function")
        raise NameError(f"{what[0]} specified for {error} (in {operation}) but no {what[1]} found.")
    if _MODES[mode] == "log":
        call.write(f"Warning: {error} encountered in {operation}\n")
    else:
        call(error, flags)


_core.set_float_error_handler(_handle)
