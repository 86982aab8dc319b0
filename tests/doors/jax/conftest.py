import pathlib
import sys

import jax
import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))  # beside_jax.py, functions.py


@pytest.fixture(params=[False, True], ids=["x32", "x64"])
def x64(request):
    """Both of JAX's modes."""
    with jax.enable_x64(request.param):
        yield request.param
