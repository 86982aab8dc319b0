"""Convolutions and reductions of windows."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from beside_jax import check
from test_elementwise import dtypes, values

# window, strides, padding, dilation of the operand, of the window
WINDOWS = {
    "valid": ((2, 3), (1, 1), ((0, 0), (0, 0)), (1, 1), (1, 1)),
    "steps": ((2, 2), (2, 3), ((0, 1), (1, 0)), (1, 1), (1, 1)),
    "dilated": ((2, 2), (1, 2), ((1, 1), (2, 0)), (2, 1), (1, 2)),
    "cut": ((2, 2), (1, 1), ((-1, 0), (0, -2)), (1, 1), (1, 1)),
}


@pytest.mark.parametrize("name", WINDOWS)
def test_windows(name, x64):
    for dtype in dtypes(["float32", "float64", "int32"]):
        for function, start in ((lax.add, 0), (lax.max, -np.inf), (lax.min, np.inf)):
            if dtype == "int32" and start != 0:
                start = np.iinfo(dtype).min if start < 0 else np.iinfo(dtype).max
            start = np.dtype(dtype).type(start)
            check(lambda x: lax.reduce_window(x, start, function, *WINDOWS[name]), values(dtype, 1, shape=(6, 9)), floor=8)


@pytest.mark.parametrize("name", WINDOWS)
@pytest.mark.parametrize("groups", [1, 2])
def test_convolutions(name, groups, x64):
    sizes, strides, padding, x_gaps, gaps = WINDOWS[name]
    for dtype in dtypes(["float32", "float64", "complex64"]):
        check(lambda x, k: lax.conv_general_dilated(x, k, strides, padding, x_gaps, gaps, feature_group_count=groups),
              values(dtype, 1, -2, 2, (3, 4, 6, 9)), values(dtype, 2, -2, 2, (6, 4 // groups, *sizes)), units=64, floor=8)


@pytest.mark.parametrize("layout", [("NHWC", "HWIO", "NHWC"), ("NCHW", "OIHW", "NHWC"), ("CNHW", "IOWH", "HWCN")])
def test_layouts_of_convolutions(layout):
    extents = {"N": 3, "C": 4, "I": 4, "O": 5}
    x = values("float32", 1, -2, 2, [extents.get(letter, 7) for letter in layout[0]])
    k = values("float32", 2, -2, 2, [extents.get(letter, 3) for letter in layout[1]])
    check(lambda x, k: lax.conv_general_dilated(x, k, (1, 2), "SAME", dimension_numbers=layout), x, k, units=64, floor=8)


def test_convolve_and_gradients():
    x, y = values("float32", 1, shape=(20,)), values("float32", 2, shape=(5,))
    check(lambda x, y: (jnp.convolve(x, y), jnp.correlate(x, y, "same")), x, y, units=64, floor=8)
    image, kernel = values("float32", 1, shape=(2, 3, 8, 8)), values("float32", 2, shape=(4, 3, 3, 3))
    check(jax.grad(lambda k: jnp.sum(jnp.tanh(lax.conv(image, k, (1, 1), "SAME")))), kernel, units=512, floor=16)
    check(jax.grad(lambda x: jnp.sum(jnp.tanh(lax.conv(x, kernel, (2, 2), "VALID")))), image, units=512, floor=16)
