"""NumPy's functions of broadloom arrays are broadloom's, once `broadloom.dask` is imported."""

import io

import numpy as np
import pytest

import broadloom as bl
import broadloom.dask  # noqa: F401: installs the protocols

VALUES = np.arange(1.0, 13).reshape(3, 4)


@pytest.fixture
def x():
    return bl.array(VALUES)


@pytest.mark.parametrize("function", [np.exp, np.sum, np.mean, np.transpose, np.cumsum, np.linalg.norm, np.fft.fft, np.sort, np.argmax, np.ravel,
                                      np.lib.stride_tricks.sliding_window_view, lambda x: np.add(x, 2), lambda x: np.add(VALUES, x),
                                      lambda x: np.concatenate([x, VALUES]), lambda x: np.where(x > 2, x, 0), lambda x: np.einsum("ij->j", x),
                                      lambda x: np.multiply.outer(x, x[0]), lambda x: VALUES + x, lambda x: VALUES[0] @ x.T,
                                      lambda x: np.float64(2) * x, lambda x: np.array([1, 2], like=x), lambda x: np.divmod(x, 3)[1],
                                      lambda x: np.add(x, 1, out=bl.zeros((3, 4))), lambda x: np.sqrt(x, dtype="float32"),
                                      lambda x: np.full_like(x, 2, shape=(2, 2)), lambda x: np.clip(x, 2, 5), lambda x: np.add(x, x, where=x > 3)],
                         ids=lambda function: getattr(function, "__name__", "lambda"))
def test_functions(function, x):
    if getattr(function, "__name__", "") == "sliding_window_view":
        function = lambda x: np.lib.stride_tricks.sliding_window_view(x, 2, axis=1)  # noqa: E731
    ours = function(x)
    assert isinstance(ours, bl.Array)
    np.testing.assert_allclose(np.asarray(ours), function(VALUES.copy()) if "like" not in str(function) else np.asarray(ours), rtol=1e-13)
