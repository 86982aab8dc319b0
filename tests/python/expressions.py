"""Expressions as text, evaluated with NumPy and with broadloom as `m`, and what they have in common."""

import warnings

import numpy as np
import numpy.exceptions

from comparing import check

# The classes that users can name. What NumPy raises beyond them (UFuncTypeError, ...) is private.
PUBLIC = (np.exceptions.AxisError, np.linalg.LinAlgError, OverflowError, ZeroDivisionError, FloatingPointError, IndexError,
          NotImplementedError, TypeError, ValueError, MemoryError)


def public_class(error):
    return next((kind for kind in PUBLIC if isinstance(error, kind)), type(error))


def run(text, module):
    """(value, None) or (None, exception class), and the classes of warnings."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            value, error = eval(text, {"m": module, "np": np}), None  # noqa: S307: our own table
            if not isinstance(value, tuple | list | str | bool | type(None) | np.dtype):
                np.asarray(value)
        except PUBLIC as raised:
            value, error = None, public_class(raised)
    return value, error, [w.category for w in caught]


def compare(ours, numpys, text, **how):
    if isinstance(numpys, tuple | list):
        assert len(ours) == len(numpys), text
        for a, b in zip(ours, numpys):
            compare(a, b, text, **how)
    elif isinstance(numpys, np.ndarray | np.generic):
        if isinstance(ours, np.ndarray):  # an `out=` of NumPy's
            np.testing.assert_array_equal(ours, numpys, err_msg=text)
        else:
            check(ours, numpys, what=text, **how)
    else:
        assert ours == numpys, f"{text}: {ours!r}, NumPy's is {numpys!r}"


def check_expression(text, module, most_ulps=0, warning_classes=()):
    """The same value, or the same exception class; and the same warnings among `warning_classes`."""
    expected, error, warned = run(text, np)
    actual, our_error, we_warned = run(text, module)
    assert our_error == error, f"{text}: raises {our_error}, NumPy {error}"
    for category in warning_classes:
        assert (category in we_warned) == (category in warned), f"{text}: warns {we_warned}, NumPy {warned}"
    if error is None:
        compare(actual, expected, text, most_ulps=most_ulps)
