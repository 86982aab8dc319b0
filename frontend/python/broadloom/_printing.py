"""Arrays as text, with NumPy's names and letters: set_printoptions, array_repr and what goes with them.

What is not set here is as in numpy.set_printoptions where NumPy is loaded, else NumPy's default. Where NumPy's options hold
a formatter, an older style or a function that writes arrays, NumPy writes them.
"""

import contextlib as _contextlib
import contextvars as _contextvars
import math as _math
import operator as _operator
import sys as _sys

from . import _core

_DEFAULTS = {"edgeitems": 3, "threshold": 1000, "floatmode": "maxprec", "precision": 8, "suppress": False, "linewidth": 75,
             "nanstr": "nan", "infstr": "inf", "sign": "-"}
_MODES = ("fixed", "unique", "maxprec", "maxprec_equal")
_NUMPYS_OWN = ("formatter", "legacy", "override_repr")
_given = _contextvars.ContextVar("broadloom.printoptions", default={})


def _checked(**options):
    """What is given of the options."""
    for name in _NUMPYS_OWN:
        if options.pop(name, None):
            raise NotImplementedError(f"{name} is not supported; numpy.set_printoptions takes it for these arrays, too")
    options = {name: value for name, value in options.items() if value is not None}
    if options.get("floatmode", "fixed") not in _MODES:
        raise ValueError("floatmode option must be one of " + ", ".join(f'"{mode}"' for mode in _MODES))
    if options.get("sign", "-") not in ("-", "+", " "):
        raise ValueError("sign option must be one of ' ', '+', or '-'")
    for name in {"threshold", "linewidth"} & options.keys():
        if not isinstance(options[name], (int, float)) and not hasattr(options[name], "__index__"):
            raise TypeError(f"{name} must be numeric")
        if _math.isnan(options[name]):
            raise ValueError(f"{name} must be non-NAN, try sys.maxsize for untruncated representation")
    for name in {"precision", "edgeitems"} & options.keys():
        if not hasattr(options[name], "__index__"):
            raise TypeError(f"{name} must be an integer")
        options[name] = _operator.index(options[name])
    return options


def _numpys_options():
    numpy = _sys.modules.get("numpy")
    return {} if numpy is None else numpy.get_printoptions()


def _numpy_writes():
    options = _numpys_options()
    return any(options.get(name) for name in _NUMPYS_OWN)


def get_printoptions():
    """The print options of this context, with numpy.get_printoptions's names."""
    unsupported = {"formatter": None, "legacy": False, "override_repr": None}
    numpys = {name: value for name, value in _numpys_options().items() if name in _DEFAULTS}
    return {**_DEFAULTS, **numpys, **_given.get(), **unsupported}


def set_printoptions(precision=None, threshold=None, edgeitems=None, linewidth=None, suppress=None, nanstr=None, infstr=None,
                     formatter=None, sign=None, floatmode=None, *, legacy=None, override_repr=None):
    """Sets what is given, for this context (thread, task), as numpy.set_printoptions does for NumPy's arrays.

    NotImplementedError for formatter, legacy and override_repr.
    """
    options = dict(locals())
    _given.set({**_given.get(), **_checked(**options)})


@_contextlib.contextmanager
def printoptions(*args, **kwargs):
    """`with printoptions(precision=3) as options`: set_printoptions for a while."""
    token = _given.set(_given.get())
    try:
        set_printoptions(*args, **kwargs)
        yield get_printoptions()
    finally:
        _given.reset(token)


def _whole(number):
    """A whole number of 63 bits, which no length is beyond."""
    return -2**62 if number < -2**62 else 2**62 if number > 2**62 else _math.floor(number)


def _merged(**options):
    """The options of now and those given, as the C++ functions take them."""
    merged = {**get_printoptions(), **_checked(**options)}
    whole = (_whole(merged[name]) for name in ("threshold", "edgeitems", "linewidth"))
    return (min(max(merged["precision"], -1), 2**31 - 1), *whole, bool(merged["suppress"]), merged["nanstr"],
            merged["infstr"], merged["sign"], _MODES.index(merged["floatmode"]))


def array_repr(arr, max_line_width=None, precision=None, suppress_small=None):
    """repr(arr): numpy.array_repr's text, of an Array. Computes no more than it shows of a long one."""
    if _numpy_writes():
        import numpy
        text = numpy.array_repr(numpy.asarray(arr), max_line_width, precision, suppress_small)
        return "A" + text[1:] if text.startswith("array(") else text
    options = _merged(linewidth=max_line_width, precision=precision, suppress=suppress_small)
    return _core.repr_of_array(arr, options)


def array_str(a, max_line_width=None, precision=None, suppress_small=None):
    """str(a): numpy.array_str's text. Computes no more than it shows of a long array."""
    if _numpy_writes():
        import numpy
        return numpy.array_str(numpy.asarray(a), max_line_width, precision, suppress_small)
    return _core.str_of_array(a, _merged(linewidth=max_line_width, precision=precision, suppress=suppress_small))


def array2string(a, max_line_width=None, precision=None, suppress_small=None, separator=" ", prefix="", *, formatter=None,
                 threshold=None, edgeitems=None, sign=None, floatmode=None, suffix="", legacy=None):
    """numpy.array2string's text: the elements in brackets. NotImplementedError for formatter and legacy."""
    options = _merged(linewidth=max_line_width, precision=precision, suppress=suppress_small, formatter=formatter,
                      threshold=threshold, edgeitems=edgeitems, sign=sign, floatmode=floatmode, legacy=legacy)
    return _core.array_to_string(a, options, separator, prefix, suffix)
