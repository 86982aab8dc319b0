"""Statements of random programs: memory that NumPy sees, and writes to."""

import numpy as np

import broadloom as bl
from program_statements import OfArray, Skip


class Export(OfArray):
    """Memory that NumPy sees from now on."""

    def choose(self, rng, world, x):
        pass

    def run(self, world):
        if self.source not in world.ours:
            raise Skip
        world.lent.append((world.numpys[self.source], np.asarray(world.ours[self.source])))
        world.kinds["exported"] += 1

    def __repr__(self):
        return f"export {self.source}"


class WriteOutside:
    """By NumPy, to memory that both see. What is pending may see it or not."""

    def __init__(self, rng, world, name):
        self.place, self.value = rng.random(), rng.randint(0, 4)

    def run(self, world):
        if not world.lent:
            raise Skip
        numpys, ours = world.lent[int(self.place * len(world.lent))]
        if not (ours.flags.writeable and numpys.flags.writeable):
            raise Skip
        arrays = list(world.ours.values())
        bl.eval(*arrays, *[x.base for x in arrays if isinstance(x.base, bl.Array)])  # a view's base may be pending still
        for x in (numpys, ours):
            x[..., :1] = self.value
        world.kinds["written outside"] += 1

    def __repr__(self):
        return f"write outside {self.place} {self.value}"
