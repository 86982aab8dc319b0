"""Random programs over a handful of arrays: views of views, writes through them, overlaps, memory lent by NumPy.

A program is a list of statements that run in NumPy and in broadloom. It can be run again without some of its statements,
so that one that fails is shrunk to the statements that matter.
"""

import collections
import random

import numpy as np

import broadloom as bl

NAMES = "abcdef"
DTYPES = ["float64", "float32", "int64", "int32", "uint8", "bool", "complex128"]


class Skip(Exception):
    """A statement that makes no sense here, in both."""


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
            assert np.array_equal(got, expected, equal_nan=expected.dtype.kind in "fc"), (name, got, expected)
        for expected, got in self.lent:
            assert np.array_equal(got, expected, equal_nan=expected.dtype.kind in "fc"), ("lent", got, expected)


def small(values, dtype):
    """Numbers that every operation here computes exactly, in any dtype."""
    return (values % 7).astype(dtype)


class Make:
    def __init__(self, rng, name):
        self.name, self.dtype = name, rng.choice(DTYPES)
        self.shape = tuple(rng.randint(1, 6) for _ in range(rng.randint(1, 3)))
        self.how = rng.choice(["array", "lent", "lent", "pending", "fortran", "zeros"])
        self.seed = rng.randint(0, 99)

    def run(self, world):
        size = int(np.prod(self.shape))
        values = small(np.arange(size) + self.seed, self.dtype).reshape(self.shape)
        world.kinds["lent" if self.how == "lent" else "owned"] += 1
        if self.how == "fortran":
            values = np.asfortranarray(values)
        if self.how == "zeros":
            world.numpys[self.name], world.ours[self.name] = np.zeros(self.shape, self.dtype), bl.zeros(self.shape, self.dtype)
        elif self.how == "lent":
            memory = values.copy()
            world.numpys[self.name], world.ours[self.name] = values, bl.asarray(memory)
            world.lent.append((values, memory))
        elif self.how == "pending":
            world.numpys[self.name] = values
            world.ours[self.name] = bl.astype(bl.array(values) + bl.array(np.zeros(self.shape, self.dtype)), self.dtype)
        else:
            world.numpys[self.name], world.ours[self.name] = values.copy("K"), bl.array(values)

    def __repr__(self):
        return f"{self.name} = {self.how} {self.dtype}{self.shape}"


def random_key(rng, shape):
    key = []
    for extent in shape:
        kind = rng.random()
        if kind < 0.25 or extent == 0:
            key.append(slice(None))
        elif kind < 0.4:
            key.append(rng.randrange(-extent, extent))
        else:
            a, b = rng.randint(-extent, extent), rng.randint(-extent, extent)
            key.append(slice(a, b, rng.choice([None, 1, 2, -1, -2])))
    if rng.random() < 0.15:
        key.insert(rng.randint(0, len(key)), None)
    if rng.random() < 0.15 and key:
        key = key[: rng.randint(0, len(key) - 1)] + [Ellipsis]
    return tuple(key)


class OfArray:
    """A statement about an array that is there."""

    def __init__(self, rng, world, name=None):
        self.source = rng.choice(sorted(world.ours))
        self.choose(rng, world.numpys[self.source])

    def arrays(self, world):
        if self.source not in world.ours:
            raise Skip
        return world.numpys[self.source], world.ours[self.source]


class TakeView(OfArray):
    def __init__(self, rng, world, name):
        self.name = name
        super().__init__(rng, world)

    def choose(self, rng, x):
        self.how = rng.choice(["key", "key", "key", "T", "ravel", "flip", "expand", "squeeze", "name"])
        self.key = random_key(rng, x.shape)

    def of(self, module, x):
        if self.how == "key":
            return x[self.key]
        if self.how == "T":
            return x.T
        if self.how == "ravel":
            return x.reshape(-1)
        if self.how == "flip":
            return module.flip(x)
        if self.how == "expand":
            return module.expand_dims(x, 0)
        return module.squeeze(x) if self.how == "squeeze" else x

    def run(self, world):
        numpys, ours = self.arrays(world)
        try:
            view = self.of(np, numpys)
        except (IndexError, ValueError):
            raise Skip from None
        if np.ndim(view) == 0 or view.ndim > 4:
            raise Skip
        world.numpys[self.name], world.ours[self.name] = view, self.of(bl, ours)
        world.kinds["view"] += 1

    def __repr__(self):
        return f"{self.name} = {self.how}({self.source}) {self.key if self.how == 'key' else ''}"


def operand(rng, world, allowed):
    """A number, or a name."""
    return rng.choice([rng.randint(0, 3), *sorted(allowed)])


def value_of(term, arrays):
    return arrays[term] if isinstance(term, str) else term


OPERATORS = {"+": "__add__", "*": "__mul__", "-": "__sub__"}
IN_PLACE = {"+": "__iadd__", "*": "__imul__", "-": "__isub__"}


class Compute(OfArray):
    """A new array, pending for a while."""

    def __init__(self, rng, world, name):
        self.name = name
        super().__init__(rng, world)
        self.other = operand(rng, world, world.ours)
        self.symbol = rng.choice(["+", "*"])
        self.reduces = rng.random() < 0.2

    def choose(self, rng, x):
        pass

    def run(self, world):
        numpys, ours = self.arrays(world)
        if isinstance(self.other, str) and self.other not in world.ours:
            raise Skip
        try:
            expected = self.of(np, numpys, value_of(self.other, world.numpys))
        except (ValueError, TypeError):
            raise Skip from None
        if expected.size > 400 or expected.ndim == 0 or not np.all(np.isfinite(expected)) or np.any(np.abs(expected) > 1e6):
            raise Skip
        world.numpys[self.name] = expected
        world.ours[self.name] = self.of(bl, ours, value_of(self.other, world.ours))

    def of(self, module, x, y):
        result = x + y if self.symbol == "+" else x * y
        return module.max(result, axis=0) if self.reduces else result

    def __repr__(self):
        return f"{self.name} = {'max of ' if self.reduces else ''}{self.source} {self.symbol} {self.other}"


class Write(OfArray):
    def __init__(self, rng, world, name):
        super().__init__(rng, world)
        self.value = operand(rng, world, world.ours)
        if rng.random() < 0.4:  # of the array itself, perhaps overlapping
            self.value = self.source

    def choose(self, rng, x):
        self.how = rng.choice(["set", "set", "in place", "mask", "fill", "out", "shift", "copyto", "at"])
        self.key, self.symbol = random_key(rng, x.shape), rng.choice("+*-")
        self.value_key = random_key(rng, x.shape)
        self.threshold = rng.randint(0, 4)

    def of(self, module, x, y, rehearsal):
        """Raises before anything is changed where NumPy cannot do it."""
        if self.how == "set":
            target = x[self.key]
            y = y[self.value_key] if self.value == self.source else y
            np.broadcast_to(np.asarray(y), np.shape(target)) if rehearsal else None
            x[self.key] = y
        elif self.how == "in place":
            getattr(x, IN_PLACE[self.symbol])(y) if rehearsal else _in_place(self.symbol, x, y)
        elif self.how == "mask":
            x[x.real > self.threshold] = self.threshold
        elif self.how == "fill":
            x.fill(self.threshold)
        elif self.how == "out":
            module.add(x, y, out=x, casting="same_kind")
        elif self.how == "shift":
            x[1:] = x[:-1]
        elif self.how == "at":
            module.add.at(x, [0, -1, 0], self.threshold)
        else:
            module.copyto(x, y, casting="unsafe")

    def run(self, world):
        numpys, ours = self.arrays(world)
        if isinstance(self.value, str) and self.value not in world.ours:
            raise Skip
        other = value_of(self.value, world.numpys)
        try:
            trial = numpys.copy()
            with np.errstate(all="ignore"):
                self.of(np, trial, trial if self.value == self.source else np.copy(other), True)
        except (ValueError, TypeError, IndexError, OverflowError, np.exceptions.ComplexWarning):
            raise Skip from None
        if not np.all(np.abs(trial) < 1e6):
            raise Skip
        self.count(world, numpys)
        self.of(np, numpys, other, False)
        self.of(bl, ours, value_of(self.value, world.ours), False)

    def count(self, world, numpys):
        world.kinds["write"] += 1
        base = numpys.base is not None
        pending = any(not_computed(x) for x in world.ours.values())
        world.kinds["through a view"] += base
        world.kinds["through a view while something is pending"] += base and pending
        world.kinds["overlap"] += self.how == "shift" or self.value == self.source
        world.kinds["to lent memory"] += bool(lent(world, self.source))

    def __repr__(self):
        return f"{self.how} {self.source}{self.key} {self.symbol} {self.value}{self.value_key} {self.threshold}"


def _in_place(symbol, x, y):
    if symbol == "+":
        x += y
    elif symbol == "*":
        x *= y
    else:
        x -= y


def not_computed(x):
    return not x._is_evaluated


def lent(world, name):
    return world.ours[name]._is_lent


class Export(OfArray):
    """Memory that NumPy sees from now on."""

    def choose(self, rng, x):
        pass

    def run(self, world):
        numpys, ours = self.arrays(world)
        world.lent.append((numpys, np.asarray(ours)))
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
        bl.eval(*world.ours.values())
        for x in (numpys, ours):
            x[..., :1] = self.value
        world.kinds["written outside"] += 1

    def __repr__(self):
        return f"write outside {self.place} {self.value}"


class Delete:
    def __init__(self, rng, world, name):
        self.name = rng.choice(sorted(world.ours))

    def run(self, world):
        if self.name not in world.ours:
            raise Skip
        del world.ours[self.name], world.numpys[self.name]

    def __repr__(self):
        return f"del {self.name}"


class Evaluate:
    def __init__(self, rng, world, name):
        self.names = rng.sample(sorted(world.ours), rng.randint(1, len(world.ours)))

    def run(self, world):
        names = [name for name in self.names if name in world.ours]
        bl.eval(*[world.ours[name] for name in names])
        world.compare(names)

    def __repr__(self):
        return f"eval {' '.join(self.names)}"


KINDS = [Make] * 2 + [TakeView] * 5 + [Compute] * 4 + [Write] * 9 + [Export, WriteOutside, Delete] + [Evaluate] * 2


def program(seed):
    """Runs a random program and returns its statements and counts; AssertionError carries them."""
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


def fails(statements):
    world = World()
    try:
        for statement in statements:
            try:
                world.run(statement)
            except Skip:
                pass
        world.compare()
    except Exception:
        return True
    return False


def shrunk(statements):
    """Without the statements that it fails without."""
    if not fails(statements):
        return statements
    index = len(statements) - 1
    while index >= 0:
        fewer = statements[:index] + statements[index + 1 :]
        if fails(fewer):
            statements = fewer
        index -= 1
    return statements
