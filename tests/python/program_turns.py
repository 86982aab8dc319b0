"""Statements of random programs that write arrays with themselves turned, or exchange parts of them."""

import numpy as np

from program_statements import IN_PLACE, Writing, random_key, shown


class Turn(Writing):
    """Of a part of the source: with axes reversed or in another order, alone or computed with."""

    overlaps = True

    def choose(self, rng, world, x):
        self.key, self.symbol = random_key(rng, x.shape) if rng.random() < 0.5 else (), rng.choice(["", "", "+", "*", "-"])
        rank = np.ndim(x[self.key])
        self.steps = tuple(slice(None, None, rng.choice([1, -1])) for _ in range(rank))
        self.axes = tuple(rng.sample(range(rank), rank)) if rng.random() < 0.6 else tuple(range(rank))

    def of(self, module, arrays):
        part = arrays[self.source][self.key]
        turned = (np.transpose if module is np else module.permute_dims)(part[self.steps], self.axes)
        if self.symbol:
            IN_PLACE[self.symbol](part, turned)
        else:
            arrays[self.source][self.key] = turned

    def __repr__(self):
        part = f"{self.source}[{shown(self.key)}]"
        return f"{part} {self.symbol}= {part}[{shown(self.steps)}], axes {self.axes}"


class Exchange(Writing):
    """Two parts of the source, each computed from the other one before either is written."""

    overlaps = True

    def choose(self, rng, world, x):
        self.axis, self.by = rng.randrange(x.ndim), rng.choice(["halves", "neighbours", "turned halves"])
        self.add = rng.choice([0, 0, 1, 2])

    def of(self, module, arrays):
        x, half = arrays[self.source], arrays[self.source].shape[self.axis] // 2
        slices = {"halves": (slice(half), slice(half, 2 * half)), "neighbours": (slice(0, 2 * half, 2), slice(1, 2 * half, 2)),
                  "turned halves": (slice(half), slice(-1, -half - 1, -1))}[self.by]
        first, second = ((slice(None),) * self.axis + (part,) for part in slices)
        x[first], x[second] = x[second] + self.add, x[first] * 1

    def __repr__(self):
        return f"exchange {self.by} of {self.source} along {self.axis}, + {self.add}"
