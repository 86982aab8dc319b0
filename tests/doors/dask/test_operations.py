"""Dask on broadloom blocks computes what Dask on NumPy blocks does: values, shapes, dtypes; and blocks stay broadloom's."""

import dask.array as da
import numpy as np
import pytest

import broadloom as bl
import broadloom.dask
from dask_operations import OPERATIONS, Arrays

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of NaN
NUMPY, OURS = Arrays(da.from_array), Arrays(broadloom.dask.from_array)
# Dask makes these of NumPy arrays of its own, or by SciPy.
NUMPYS = {"histogram2d", "nonzero", "argwhere", "flatnonzero", "unravel", "solve"}
# Dask has no sample of a block of these, and says NumPy's; the blocks are ours all the same.
WITHOUT_SAMPLE = NUMPYS - {"solve"} | {
    "cumsum blelloch", "nanmedian", "quantile", "histogram", "histogram of bins", "histogram density weights", "coarsen",
    "dask mask", "mask of two axes", "gradient", "triu_indices mask", "fft", "rfft", "fft2 ifft2"}
ON_A_CLUSTER = [name for i, name in enumerate(OPERATIONS) if i % 4 == 0]


def check(ours, expected):
    """Exact where numbers are whole, else as far as sums in another order and elementary functions within 1 ULP go."""
    values = np.asarray(ours)
    assert values.dtype == expected.dtype and values.shape == expected.shape
    if values.dtype.kind not in "fc":
        np.testing.assert_array_equal(values, expected)
    else:
        single = np.finfo(values.dtype).eps > 1e-10
        np.testing.assert_allclose(values, expected, rtol=2e-5 if single else 1e-12, atol=1e-6 if single else 1e-13)


def outcome(operation, arrays, scheduler):
    result = operation(arrays)
    return result, result.compute(scheduler=scheduler)


@pytest.mark.parametrize("name", OPERATIONS)
def test_threads(name):
    _, expected = outcome(OPERATIONS[name], NUMPY, "threads")
    result, ours = outcome(OPERATIONS[name], OURS, "threads")
    assert isinstance(ours, np.ndarray if name in NUMPYS else bl.Array)
    assert isinstance(result._meta, np.ndarray if name in WITHOUT_SAMPLE else bl.Array)
    check(ours, np.asarray(expected))


@pytest.mark.parametrize("name", ON_A_CLUSTER)
def test_processes(name, client):
    _, expected = outcome(OPERATIONS[name], NUMPY, "threads")
    _, ours = outcome(OPERATIONS[name], OURS, client)
    assert isinstance(ours, np.ndarray if name in NUMPYS else bl.Array)
    check(ours, np.asarray(expected))
