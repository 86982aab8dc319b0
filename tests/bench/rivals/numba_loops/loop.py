"""How the loops are compiled. All keep float32 in float32 by `real`, as Numba's own numbers are float64, but add up in
float64: without fastmath a sum is a chain of additions in either, and float32 would lose too much."""
from collections.abc import Callable

import numba

LOOPS: dict[str, Callable] = {}

# Divisions by zero give what NumPy's give: Numba's default looks for them and does not vectorise.
parallel = numba.njit(parallel=True, fastmath=False, error_model="numpy")
serial = numba.njit(fastmath=False, error_model="numpy", inline="always")


def loop(function: Callable) -> Callable:
    """A formula's loop, which writes its outputs, its first arguments."""
    LOOPS[function.__name__.replace("_", " ")] = compiled = parallel(function)
    return compiled
