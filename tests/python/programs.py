"""Random programs over a handful of arrays: views of views, writes through them, overlaps, memory lent by NumPy.

A program is a list of statements (program_*.py) that run in NumPy and in broadloom. It can be run
again without some of its statements, so that one that fails is shrunk to the statements that matter.

    programs.py [count [first seed]]

runs so many, prints those that failed, the mix, and the bytes that are alive at the end: 0. Exits with 1 where one failed.
With BROADLOOM_INTERPRET=1 by the reference evaluator.
"""

import collections
import gc
import random
import sys
import warnings

import numpy as np

import broadloom as bl
from program_exports import Export, WriteOutside
from program_joins import Join
from program_picks import Arrange, Pick, Put, Scatter
from program_statements import Compute, Delete, Evaluate, Make, Skip, TakeView, Write, same
from program_turns import Exchange, Turn

NAMES = "abcdef"
KINDS = [Make] * 2 + [TakeView] * 6 + [Compute] * 4 + [Write] * 9 + [Pick] * 3 + [Arrange] * 2 + [Scatter] * 6 + [Put] * 3 + \
        [Turn] * 3 + [Exchange] * 2 + [Join] * 4 + [Export, WriteOutside, Delete] + [Evaluate] * 2


class World:
    """Both sides of a program: arrays by name, and expressions that were written and not computed yet."""

    def __init__(self):
        self.ours, self.numpys = {}, {}
        self.lent = []  # pairs of memory that must stay equal
        self.kinds = collections.Counter()

    def run(self, statement):
        statement.run(self)

    def compare(self, names=None):
        for name in list(names or self.ours):
            expected, got = self.numpys[name], np.asarray(self.ours[name])
            assert got.dtype == expected.dtype and got.shape == expected.shape, (name, got.dtype, got.shape, expected.dtype)
            assert same(got, expected), (name, got, expected)
        for expected, got in self.lent:
            assert same(got, expected), ("lent", got, expected)


def program(seed):
    """Runs a random program and returns its counts; Failed carries what is left of the program."""
    rng = random.Random(seed)
    world, done = World(), []
    for _ in range(rng.randint(5, 60)):
        kind = rng.choice(KINDS) if world.ours else Make
        name = rng.choice(NAMES)
        statement = Make(rng, name) if kind is Make else kind(rng, world, name)
        try:
            done.append(statement)
            world.run(statement)
        except Skip:
            done.pop()
        except Exception as error:
            raise Failed(seed, shrunk(done), error) from error
    try:
        world.compare()
    except AssertionError as error:
        raise Failed(seed, shrunk(done), error) from error
    return world.kinds


class Failed(AssertionError):
    def __init__(self, seed, statements, error):
        super().__init__(f"seed {seed}: " + "\n".join(map(repr, statements)) + f"\n{type(error).__name__}: {error}")
        self.statements = statements


def failure(statements):
    """The class of the error that they end with; none: they run."""
    world = World()
    try:
        for statement in statements:
            try:
                world.run(statement)
            except Skip:
                pass
        world.compare()
    except Exception as error:
        return type(error)
    return None


def shrunk(statements):
    """Without the statements that it fails without."""
    kind = failure(statements)  # without others it may fail in a way that says nothing
    if kind is None:
        return statements
    index = len(statements) - 1
    while index >= 0:
        fewer = statements[:index] + statements[index + 1 :]
        if failure(fewer) is kind:
            statements = fewer
        index -= 1
    return statements


def main(count=10_000, first=0):
    kinds, failed = collections.Counter(), []
    with warnings.catch_warnings(), np.errstate(all="ignore"), bl.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for seed in range(first, first + count):
            try:
                kinds += program(seed)
            except Failed as failure_of_one:
                failed.append(seed)
                print(failure_of_one, flush=True)
    gc.collect()
    print(f"{count} programs, seeds from {first} on; failed: {failed or 'none'}")
    print(", ".join(f"{kind} {kinds[kind]}" for kind in sorted(kinds)))
    for kind in ("through a view while something is pending", "overlap", "to lent memory"):
        print(f"{100 * kinds[kind] / max(1, kinds['write']):.0f} % of writes: {kind}")
    print("bytes alive at the end:", bl.memory_info().live)
    return bool(failed) or bl.memory_info().live > 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
