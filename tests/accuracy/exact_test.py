"""Exactly rounded operations and casts have NumPy's bits; `make exact ARGS="--count 100000000"` takes more patterns."""

import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import exact  # noqa: E402

import broadloom as bl  # noqa: E402


@pytest.fixture(scope="module")
def library():
    return exact.load(os.environ["BROADLOOM_JUDGE"])


@pytest.mark.parametrize("name,dtype", list(exact.cases([])))
def test_bits(library, name, dtype):
    assert exact.check(library, [name], dtype, 1 << 15) == {name: [0, 0]}


# What runs in no kernel: x are subnormal numbers.
OUTSIDE = ["bl.sort(x).tolist()", "bl.argsort(x).tolist()", "bl.unique_values(x).tolist()", "bl.median(x).item()", "bl.quantile(x, 0.3).item()",
           "bl.searchsorted(bl.sort(x), x).tolist()", "bl.digitize(x, bl.sort(x)).tolist()", "bl.isin(x, x[:2]).tolist()",
           "bl.convolve(x, x * 0 + 1).tolist()", "bl.interp(x, bl.sort(x), x).tolist()", "bl.histogram(x, 3)[0].tolist()",
           "bl.bincount([0, 1, 1, 0], x).tolist()", "bl.fft.fft(x).tolist()", "bl.cumsum(x).tolist()", "bl.linspace(0, 5e-323, 11).tolist()",
           "bl.arange(0, 5e-323, 5e-324).tolist()", "bl.full(2, 1e-310).tolist()", "bl.asarray([2.0 ** -140], dtype='f4').tolist()",
           "float(bl.asarray(2.0 ** -140, dtype='f4'))", "bool(bl.asarray(2.0 ** -140, dtype='f4'))"]


@pytest.mark.parametrize("expression", OUTSIDE)
def test_the_hosts_mode_is_nobodys_business(library, expression):
    values = {"bl": bl, "x": bl.asarray([3e-310, 1e-310, 2e-310, -1e-310])}
    code = compile(expression, "<test>", "eval")  # Python reads numbers in the host's mode
    expected = eval(code, values)
    library.broadloom_flush_to_zero(True)
    try:
        result = eval(code, values)
    finally:
        library.broadloom_flush_to_zero(False)
    assert result == expected
