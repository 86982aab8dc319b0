"""Exactly rounded operations and casts have NumPy's bits; `make exact ARGS="--count 100000000"` takes more patterns."""

import os
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import exact  # noqa: E402


@pytest.fixture(scope="module")
def library():
    return exact.load(os.environ["BROADLOOM_JUDGE"])


@pytest.mark.parametrize("name,dtype", list(exact.cases([])))
def test_bits(library, name, dtype):
    assert exact.check(library, [name], dtype, 1 << 15) == {name: [0, 0]}
