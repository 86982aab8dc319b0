"""Makes stored cases: `case("median", x, axis=1)` in a @family function stores a call, NumPy's result, and what may differ."""

import warnings

import ml_dtypes
import numpy as np

from comparing import DTYPES, FLOATS, values
from stored.packed import Case, DType, Packed, Raised, inside, result_of

__all__ = """ALL COMPLEX DTYPES FLOATS HALVES SOME case each either fails family np of values""".split()
COMPLEX = ["complex64", "complex128"]
ALL = DTYPES + COMPLEX
# Of the dtypes that are computed alike, one.
SOME = ["bool", "int8", "uint16", "int64", "float16", "float32", "float64"]
HALVES = [np.dtype("float16"), np.dtype(ml_dtypes.bfloat16)]
KINDS = (np.linalg.LinAlgError, np.exceptions.AxisError, FloatingPointError, OverflowError, ZeroDivisionError, TypeError,
         IndexError, ValueError)
cases, families = [], []


def family(function):
    families.append(function)
    return function


def stored_cases():
    cases.clear()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for function in families:
            function()
    return list(cases)


def of(dtype, *shape, seed=0):
    """Numbers of ordinary size."""
    count = int(np.prod(shape))
    if np.dtype(dtype).kind == "c":
        part = "float32" if dtype == "complex64" else "float64"
        return (of(part, *shape, seed=seed) + 1j * of(part, *shape, seed=seed + 1)).astype(dtype)
    plain = "float32" if np.dtype(dtype) == HALVES[1] else dtype
    return values(plain, count, seed, special=False).reshape(shape).astype(dtype)


def each(function):
    """NumPy's counterpart of a function of Python's floats."""
    return lambda *operands: np.vectorize(function, otypes=[float])(*operands).astype(operands[0].dtype)


def given(x):
    """An operand, or a result of NumPy's, as Packed and plain Python."""
    if isinstance(x, np.ndarray | np.generic):
        return Packed(x.dtype.name, x.shape, x.tobytes())
    if isinstance(x, np.dtype | type):
        return DType(np.dtype(x).name)
    return {key: given(value) for key, value in x.items()} if isinstance(x, dict) else inside(x, given)


def numpys(path):
    module, _, name = path.rpartition(".")
    found = getattr({"": np, "Array": np.ndarray}.get(module) or getattr(np, module), name)
    return found if callable(found) else found.__get__


def stored(name, operands, keywords, by=None, ulps=0, norm=0, absolute=False, errstate=None):
    """Expectations are `by`'s, else NumPy's; of random numbers, what broadloom gives where NumPy is."""
    errstate = errstate or {"all": "ignore"}
    made = Case(name, given(operands), given(keywords), None, ulps, norm, absolute, errstate)
    try:
        with np.errstate(**errstate):
            if name.startswith("random."):
                return made._replace(expected=result_of(made))
            result = (by or numpys(name))(*operands, **keywords)
            return made._replace(expected=given(operands[0] if result is None else result))
    except KINDS as error:
        return made._replace(expected=Raised(next(kind for kind in KINDS if isinstance(error, kind)).__name__))


HOW = {"by", "ulps", "norm", "absolute", "errstate"}


def split(keywords):
    return [{key: value for key, value in keywords.items() if (key in HOW) == how} for how in (False, True)]


def either(name, *operands, **keywords):
    """Stores the result or the error's class."""
    of_function, how = split(keywords)
    cases.append(stored(name, operands, of_function, **how))
    return cases[-1].expected


def case(name, *operands, **keywords):
    """Stores a call that has a result.

    ulps: how far each number may be off, in its own last place; norm: the same in that of the largest number. absolute:
    signs and phases are open. errstate: bl.errstate's. by: gives the expectation where NumPy has no such function.
    """
    expected = either(name, *operands, **keywords)
    assert not isinstance(expected, Raised), f"{name}{operands} {keywords}: NumPy raises {expected.name}"


def fails(name, *operands, **keywords):
    """Stores a call that raises."""
    expected = either(name, *operands, **keywords)
    assert isinstance(expected, Raised), f"{name}{operands} {keywords}: NumPy gives {expected}"
