"""What the demo computes: each step once, in code that runs unchanged with NumPy and with broadloom."""

import dataclasses
from typing import Callable

import numpy as np

import demo_data


def standardise(xp, x):
    return (x - x.mean(0)) / x.std(0)


def subtract_row_means(xp, x):
    return x - x.mean(1)[:, None]


def softmax(xp, x):
    e = xp.exp(x - x.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def squared_distances(xp, a, b):
    return ((a[:, None] - b[None]) ** 2).sum(-1)


def nearest(xp, a, b):
    return ((a[:, None] - b[None]) ** 2).sum(-1).argmin(1)


@dataclasses.dataclass
class Step:
    name: str
    about: str
    compute: Callable                # (numpy or broadloom, *inputs) -> result
    inputs: tuple
    reference: Callable              # (rows) -> those rows in long double, and the magnitude whose ULP counts
    block: int = 0                   # NumPy takes that many rows at a time; 0: all at once
    limits: bool = False             # beyond inputs and result: 16 MiB by the allocator, 64 MiB by the kernel
    exact: bool = False              # every value must be the reference's

    def sampled(self, most):
        """Rows that are compared with the reference, spread over the whole result."""
        rows = len(self.inputs[0])
        return np.unique(np.linspace(0, rows - 1, min(rows, most)).astype(np.int64))


def in_blocks(function, a, rows):
    return np.concatenate([function(a[i:i + rows]) for i in range(0, len(a), rows)])


def long_column_statistics(x, block=200_000):
    """Mean and standard deviation of each column, summed in long double."""
    blocks = [x[i:i + block] for i in range(0, len(x), block)]
    mean = sum(b.sum(0, dtype=np.longdouble) for b in blocks) / len(x)
    return mean, np.sqrt(sum(((b - mean) ** 2).sum(0) for b in blocks) / len(x))


def standardise_reference(x):
    statistics = []

    def rows(which):
        if not statistics:
            statistics.extend(long_column_statistics(x))
        mean, deviation = statistics
        exact = (x[which] - mean) / deviation
        return exact, abs(exact)
    return rows


# A row's mean is rounded once at least, and where the difference cancels that error is all there is: so the ULP is that of the
# operand where it is larger than the result's.
def row_means_reference(x):
    def rows(which):
        part = x[which].astype(np.longdouble)
        exact = subtract_row_means(np, part)
        return exact, np.maximum(abs(exact), abs(part))
    return rows


def plain_reference(compute, a, *others):
    def rows(which):
        rest = [other.astype(np.longdouble) for other in others]
        at_once = max(1, 500_000 // (rest[0].size if rest else a.shape[1]))  # a few MiB, which malloc recycles
        exact = in_blocks(lambda part: compute(np, part.astype(np.longdouble), *rest), a[which], at_once)
        return exact, abs(exact)
    return rows


def make_steps(quick):
    cancer, _ = demo_data.breast_cancer()
    digits, digit = demo_data.digits()
    scaled = (cancer - cancer.mean(0)) / cancer.std(0)
    cancer_rows, digit_rows = (20_000, 20_000) if quick else (4_200_000, 4_000_000)
    queries = 500 if quick else 20_000
    wide = demo_data.repeated(cancer, cancer_rows, 0.1 * cancer.std(0), seed=1)
    images = demo_data.repeated(digits, digit_rows, 0.5, seed=2)
    intensities = images / np.float32(digits.max())  # 0 to 1, as one gives them to a softmax
    originals = digits.astype(np.float64)
    noisy = demo_data.repeated(originals, queries, 4, seed=4)
    rows = demo_data.repeated(scaled, 400 if quick else 4_000, 0.1, seed=3)
    steps = [
        Step("standardise columns", "(x - x.mean(0)) / x.std(0)", standardise, (wide,), standardise_reference(wide)),
        Step("subtract row means", "x - x.mean(1)[:, None]", subtract_row_means, (images,), row_means_reference(images)),
        Step("softmax of rows", "e / e.sum(1), e = exp(x - x.max(1))", softmax, (intensities,),
             plain_reference(softmax, intensities)),
        Step("squared distances", "((A[:, None] - B[None]) ** 2).sum(-1)", squared_distances, (rows, scaled),
             plain_reference(squared_distances, rows, scaled), limits=True),
        Step("nearest rows", "the same .argmin(1)", nearest, (noisy, originals),
             plain_reference(nearest, noisy, originals), block=1_000, limits=True, exact=True),
    ]
    return steps, digit
