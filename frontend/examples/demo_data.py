"""The demo's tables, and large arrays made of them by repetition with seeded noise."""

import pathlib

import numpy as np

FOLDER = pathlib.Path(__file__).resolve().parent / "data"


def breast_cancer():
    """569 rows of 30 measurements (float64), and their class."""
    table = np.loadtxt(FOLDER / "breast_cancer.csv", delimiter=",", skiprows=1)
    return np.ascontiguousarray(table[:, :-1]), table[:, -1].astype(np.int64)


def digits():
    """1797 rows of 64 pixels from 0 to 16 (float32), and the digit."""
    table = np.loadtxt(FOLDER / "digits.csv.gz", delimiter=",")
    return np.ascontiguousarray(table[:, :-1], dtype=np.float32), table[:, -1].astype(np.int64)


def repeated(table, rows, noise, seed, block=100_000):
    """`rows` rows that repeat the table, each value with normal noise of `noise` (a number or one for each column)."""
    rng = np.random.default_rng(seed)
    result = np.empty((rows, table.shape[1]), table.dtype)
    for start in range(0, rows, block):
        part = result[start:start + block]
        rng.standard_normal(dtype=table.dtype, out=part)
        part *= noise
        part += table[np.arange(start, start + len(part)) % len(table)]
    return result
