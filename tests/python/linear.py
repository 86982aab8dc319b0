"""What the tests of linear algebra share: random arrays, and comparing with NumPy up to rounding."""

import numpy as np
import pytest

import broadloom as bl

la, nla = bl.linalg, np.linalg


def random(shape, dtype="float64", seed=0):
    rng = np.random.default_rng([seed, *shape])
    x = rng.standard_normal(shape)
    if np.dtype(dtype).kind == "c":
        x = x + 1j * rng.standard_normal(shape)
    return x.astype(dtype)


def tolerance(dtype):
    return 3e-4 if np.finfo(dtype).dtype == np.float32 else 1e-10


def close(actual, expected, what=""):
    expected = np.asarray(expected)
    assert isinstance(actual, bl.Array), f"{what}: {type(actual)}"
    assert (actual.dtype, actual.shape) == (expected.dtype, expected.shape), what
    got = np.asarray(actual)
    if expected.dtype.kind in "fc":
        limit = tolerance(expected.dtype)
        np.testing.assert_allclose(got, expected, rtol=limit, atol=limit, err_msg=what)
    else:
        np.testing.assert_array_equal(got, expected, err_msg=what)


def same(name, *args, top=False, **kwargs):
    """Our function of NumPy's arguments against NumPy's: arrays, or the same class of error."""
    ours, numpys = (bl, np) if top else (la, nla)
    what = f"{name} {[getattr(a, 'shape', a) for a in args]} {kwargs}"
    with np.errstate(all="ignore"):
        try:
            expected = getattr(numpys, name)(*args, **kwargs)
        except Exception as error:  # noqa: BLE001: whatever NumPy raises
            kinds = (nla.LinAlgError, np.exceptions.AxisError, TypeError, IndexError, ValueError)
            kind = next(kind for kind in kinds if isinstance(error, kind))
            with pytest.raises(kind) as raised:
                getattr(ours, name)(*args, **kwargs)
            assert isinstance(raised.value, nla.LinAlgError) == isinstance(error, nla.LinAlgError), what
            return
    close(getattr(ours, name)(*args, **kwargs), expected, what)
