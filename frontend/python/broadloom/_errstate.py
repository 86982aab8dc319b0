"""What floating-point errors do, with NumPy's names and meaning: errstate, seterr, geterr, seterrcall, geterrcall.

An operation keeps the state of the moment it is written in. Warnings come when it is computed, at the line that wrote
it; under 'raise', 'call' and 'log' it is computed at once.
"""

import contextlib as _contextlib
import threading as _threading

from . import _core

_MODES = ("ignore", "warn", "raise", "call", "print", "log")
_ERRORS = ("divide", "over", "under", "invalid")
_FLAGS = {"divide by zero": 1, "overflow": 2, "underflow": 4, "invalid value": 8}
_thread = _threading.local()
_UNSET = object()


def geterr():
    """The state of this thread, as {'divide': 'warn', 'over': 'warn', 'under': 'ignore', 'invalid': 'warn'}."""
    return dict(zip(_ERRORS, (_MODES[mode] for mode in _core.get_error_state())))


def seterr(all=None, divide=None, over=None, under=None, invalid=None):
    """Sets what is given, for this thread, and returns the state from before."""
    previous = geterr()
    given = dict(zip(_ERRORS, (divide, over, under, invalid)))
    modes = [given[error] or all or previous[error] for error in _ERRORS]
    for mode in modes:
        if mode not in _MODES:
            raise ValueError(f"seterr: a mode is one of {', '.join(_MODES)}, not {mode!r}")
    _core.set_error_state(*map(_MODES.index, modes))
    return previous


def geterrcall():
    """What 'call' calls and 'log' writes to, or None."""
    return getattr(_thread, "call", None)


def seterrcall(func):
    """Sets what 'call' calls, as func(error, flag), or whose method write(message) 'log' calls; returns the earlier one."""
    if func is not None and not callable(func) and not callable(getattr(func, "write", None)):
        raise ValueError("seterrcall: only a callable or an object with a method write can be used")
    previous, _thread.call = geterrcall(), func
    return previous


class errstate(_contextlib.ContextDecorator):
    """`with errstate(divide='ignore', ...)`: seterr for a while; also a decorator. call= sets what seterrcall does."""

    def __init__(self, *, call=_UNSET, all=None, divide=None, over=None, under=None, invalid=None):
        self._call, self._modes, self._entered = call, (all, divide, over, under, invalid), []

    def __enter__(self):
        previous = seterr(*self._modes)
        try:
            self._entered.append((previous, _UNSET if self._call is _UNSET else seterrcall(self._call)))
        except ValueError:
            seterr(**previous)
            raise

    def __exit__(self, *exc_info):
        modes, call = self._entered.pop()
        seterr(**modes)
        if call is not _UNSET:
            _thread.call = call


def _handle(mode, error, operation):
    call = geterrcall()
    if _MODES[mode] == "log":
        if not hasattr(call, "write"):
            raise NameError(f"log specified for {error} (in {operation}) but no object with write method found.")
        call.write(f"Warning: {error} encountered in {operation}\n")
    else:
        if not callable(call):
            raise NameError(f"python callback specified for {error} (in {operation}) but no function found.")
        call(error, _FLAGS[error])


_core.set_float_error_handler(_handle)
_core.set_default_error_state(1, 1, 0, 1)
