"""Statements of random programs: arrays are made, viewed, computed, written, computed at last, and let go of."""

import operator

import numpy as np

import broadloom as bl

DTYPES = ["float64", "float32", "int64", "int32", "uint8", "bool", "complex128"]
IN_PLACE = {"+": operator.iadd, "*": operator.imul, "-": operator.isub}
NOT_POSSIBLE = (ValueError, TypeError, IndexError, KeyError, OverflowError)  # in NumPy; KeyError: an array that is gone


class Skip(Exception):
    """A statement that makes no sense here, in both."""


def small(values, dtype):
    """Numbers that every operation here computes exactly, in any dtype."""
    return (values % 7).astype(dtype)


def exact(values):
    return bool(np.all(np.abs(values) < 1e6))  # not of NaN


def same(got, expected):
    return np.array_equal(got, expected, equal_nan=expected.dtype.kind in "fc")


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
        return f"{self.name} = {self.how} {self.dtype}{self.shape} from {self.seed}"


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


def shown(key):
    """As it is written between brackets."""
    def one(item):
        if not isinstance(item, slice):
            return "..." if item is Ellipsis else repr(item)
        ends = ["" if end is None else str(end) for end in (item.start, item.stop, item.step)]
        return ":".join(ends if ends[2] else ends[:2])
    return ", ".join(map(one, key)) if key else "()"


class OfArray:
    """A statement about an array that is there."""

    def __init__(self, rng, world, name):
        self.name, self.source = name, self.find(rng, world)
        self.choose(rng, world, world.numpys[self.source])

    def find(self, rng, world):
        return rng.choice(sorted(world.ours))

    def choose(self, rng, world, x):
        pass

    def expected(self, world):
        """What of() is in NumPy."""
        try:
            return self.of(np, world.numpys)
        except NOT_POSSIBLE:
            raise Skip from None


def windows(module, x, axis, writeable=False):
    return module.lib.stride_tricks.sliding_window_view(x, 2, axis, writeable=writeable)


def writeable(module, x):
    if 0 in x.strides:
        raise ValueError("elements that repeat")  # index arrays store in another order: docs/numerics.md
    view = x[...]
    view.flags.writeable = True
    return view


class TakeView(OfArray):
    HOW = {"T": lambda m, x: x.T, "ravel": lambda m, x: x.reshape(-1), "flip": lambda m, x: m.flip(x),
           "expand": lambda m, x: m.expand_dims(x, 0), "squeeze": lambda m, x: m.squeeze(x), "name": lambda m, x: x,
           "real": lambda m, x: x.real, "imag": lambda m, x: x.imag, "halves": lambda m, x: x.reshape(2, -1),
           "rows": lambda m, x: x.reshape(x.shape[0], -1), "swapaxes": lambda m, x: m.swapaxes(x, 0, -1),
           "diagonal": lambda m, x: m.diagonal(x), "outer diagonal": lambda m, x: m.diagonal(x, -1, 0, -1),
           "last diagonal": lambda m, x: m.diagonal(x, 1, -2, -1), "windows": lambda m, x: windows(m, x, -1),
           "turned windows": lambda m, x: m.swapaxes(windows(m, x, 0), 0, -1), "writeable": writeable, "broadcast": lambda m, x: m.broadcast_to(x, (2, *x.shape))}

    def choose(self, rng, world, x):
        self.how = rng.choice(["key"] * 6 + sorted(self.HOW) + ["real", "imag"] * (3 * (x.dtype.kind == "c")))
        self.key = random_key(rng, x.shape)

    def of(self, module, arrays):
        x = arrays[self.source]
        return x[self.key] if self.how == "key" else self.HOW[self.how](module, x)

    def run(self, world):
        view = self.expected(world)
        if np.ndim(view) == 0 or view.ndim > 4:
            raise Skip
        ours = self.of(bl, world.ours)
        world.numpys[self.name], world.ours[self.name] = view, ours
        world.kinds["view"] += 1

    def __repr__(self):
        return f"{self.name} = " + (f"{self.source}[{shown(self.key)}]" if self.how == "key" else f"{self.how} of {self.source}")


def operand(rng, allowed):
    """A number, or a name."""
    return rng.choice([rng.randint(0, 3), *sorted(allowed)])


def value_of(term, arrays):
    return arrays[term] if isinstance(term, str) else term


class New(OfArray):
    """A new array, pending for a while where it is lazy."""

    def run(self, world):
        expected = self.expected(world)
        if np.ndim(expected) == 0 or expected.size > 400 or expected.ndim > 4 or not exact(expected):
            raise Skip
        world.numpys[self.name], world.ours[self.name] = expected, self.of(bl, world.ours)


class Compute(New):
    def choose(self, rng, world, x):
        self.other, self.symbol, self.reduces = operand(rng, world.ours), rng.choice("+*"), rng.random() < 0.2

    def of(self, module, arrays):
        x, y = arrays[self.source], value_of(self.other, arrays)
        result = x + y if self.symbol == "+" else x * y
        return module.max(result, axis=0) if self.reduces else result

    def __repr__(self):
        return f"{self.name} = {'max of ' if self.reduces else ''}{self.source} {self.symbol} {self.other}"


class Writing(OfArray):
    """Writes to its source; tried on a copy first, so that what NumPy cannot do changes nothing."""

    overlaps = False

    def find(self, rng, world):
        views = sorted(name for name, x in world.numpys.items() if x.base is not None)
        return rng.choice(views) if views and rng.random() < 0.4 else super().find(rng, world)

    def run(self, world):
        x = world.numpys.get(self.source)
        try:
            trial = x.copy()
            with np.errstate(all="ignore"):
                self.of(np, {**world.numpys, self.source: trial})
        except (*NOT_POSSIBLE, AttributeError, np.exceptions.ComplexWarning):
            raise Skip from None
        if not exact(trial):
            raise Skip
        if not x.flags.writeable:
            return self.refuse(world, trial)
        self.count(world, x)
        self.of(np, world.numpys)
        self.of(bl, world.ours)

    def refuse(self, world, trial):
        if same(trial, world.numpys[self.source]) or getattr(self, "how", None) == "at":
            raise Skip  # NumPy lets these pass
        world.kinds["refused"] += 1
        for module, arrays in ((np, world.numpys), (bl, world.ours)):
            try:
                self.of(module, arrays)
            except ValueError:
                continue
            raise AssertionError(f"{module.__name__} writes to {self.source}, which is read-only")

    def count(self, world, x):
        pending = any(not array._is_evaluated for array in world.ours.values())
        world.kinds["write"] += 1
        world.kinds["through a view"] += x.base is not None
        world.kinds["through a view while something is pending"] += x.base is not None and pending
        world.kinds["overlap"] += self.overlaps
        world.kinds["to lent memory"] += world.ours[self.source]._is_lent


class Write(Writing):
    def choose(self, rng, world, x):
        self.how = rng.choice(["set", "set", "in place", "mask", "fill", "out", "shift", "copyto", "at", "windows"])
        self.key, self.symbol = random_key(rng, x.shape), rng.choice("+*-")
        self.value_key = random_key(rng, x.shape)
        self.threshold = rng.randint(0, 4)
        self.value = self.source if rng.random() < 0.4 else operand(rng, world.ours)
        self.overlaps = self.how == "shift" or self.value == self.source

    def of(self, module, arrays):
        x, y = arrays[self.source], value_of(self.value, arrays)
        if self.how == "set":
            y = y[self.value_key] if self.value == self.source else y
            if module is np:  # reads what it has written, of some values
                y = np.broadcast_to(y, x[self.key].shape).copy()
            x[self.key] = y
        elif self.how == "in place":
            IN_PLACE[self.symbol](x, y)
        elif self.how == "mask":
            x[x.real > self.threshold] = self.threshold
        elif self.how == "fill":
            x.fill(self.threshold)
        elif self.how == "out":
            module.add(x, y, out=x, casting="same_kind")
        elif self.how == "shift":
            x[1:] = x[:-1]
        elif self.how == "windows":
            view = windows(module, x, self.threshold % x.ndim, writeable=True)
            view[...] = module.asarray(small(np.arange(view.size) + self.threshold, "int64").reshape(view.shape))
        elif self.how == "at":
            module.add.at(x, [0, -1, 0], self.threshold)
        else:
            module.copyto(x, y, casting="unsafe")

    def __repr__(self):
        x, y = self.source, self.value
        key = f"[{shown(self.value_key)}]" if y == x else ""
        return {"set": f"{x}[{shown(self.key)}] = {y}{key}", "in place": f"{x} {self.symbol}= {y}",
                "mask": f"{x}[{x}.real > {self.threshold}] = {self.threshold}", "fill": f"{x}.fill({self.threshold})",
                "out": f"add({x}, {y}, out={x})", "shift": f"{x}[1:] = {x}[:-1]", "copyto": f"copyto({x}, {y})",
                "at": f"add.at({x}, [0, -1, 0], {self.threshold})",
                "windows": f"windows of {x} = numbers from {self.threshold}"}[self.how]


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
        if not names:
            raise Skip
        bl.eval(*[world.ours[name] for name in names])
        world.compare([name for name, x in world.ours.items() if name in names or x._is_evaluated])

    def __repr__(self):
        return f"eval {' '.join(self.names)}"
