"""Memory for results, and whether they are NumPy's."""
import numpy as np

TOLERANCE = {"float32": 2e-5, "float64": 1e-11}  # of the largest magnitude; hand-written loops add in other orders


def disagreement(results: tuple, expected: tuple) -> str:
    """What is wrong, or nothing."""
    if len(results) != len(expected):
        return f"{len(results)} results instead of {len(expected)}"
    for place, (result, wanted) in enumerate(zip(results, expected)):
        result, wanted = np.asarray(result), np.asarray(wanted)
        if result.shape != wanted.shape or result.dtype != wanted.dtype:
            return f"result {place} is {result.dtype}{result.shape}, not {wanted.dtype}{wanted.shape}"
        if wanted.dtype.kind != "f":
            wrong = np.count_nonzero(result != wanted)
            if wrong:
                return f"result {place}: {wrong} of {wanted.size} differ"
            continue
        difference = np.abs(result - wanted).max() / (np.abs(wanted).max() or 1)
        if not difference <= TOLERANCE[wanted.dtype.name]:
            return f"result {place} differs by {difference:.2g} of the largest"
    return ""


def aligned_like(x: np.ndarray) -> np.ndarray:
    """In C order from a cache line's beginning on, as non-temporal stores like it."""
    memory = np.zeros(x.nbytes + 64, np.uint8)
    begin = -memory.ctypes.data % 64
    return memory[begin:begin + x.nbytes].view(x.dtype).reshape(x.shape)
