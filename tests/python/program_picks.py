"""Statements of random programs that pick elements, by index arrays and masks, to read and to write them, or rearrange them."""

import dataclasses

import numpy as np

import broadloom as bl
from program_statements import IN_PLACE, New, Skip, Writing, operand, random_key, shown, small, value_of


@dataclasses.dataclass
class Given:
    """Indices or a mask as they stand in the program: as a list, as NumPy's array, as ours, pending or not."""

    values: np.ndarray
    form: str

    def of(self, module, arrays):
        if self.form == "list":
            return self.values.tolist()
        if module is np or self.form == "numpy":
            return self.values
        array = bl.array(self.values)
        if self.form == "ours":
            return array
        return bl.logical_not(~array) if self.values.dtype == bool else array + 0

    def __repr__(self):
        return f"{self.form} {self.values.tolist()}"


@dataclasses.dataclass
class Named:
    """Indices that are the values of an array of the program, perhaps pending, made to fit or as they are."""

    name: str
    extent: int
    lowest: int | None

    def of(self, module, arrays):
        x = arrays[self.name]
        return x if self.lowest is None else module.astype(x, "int64", copy=False) % self.extent + self.lowest

    def __repr__(self):
        return self.name if self.lowest is None else f"{self.name} % {self.extent} + {self.lowest}"


@dataclasses.dataclass
class Above:
    """A mask that is computed of an array of the program."""

    name: str
    threshold: int

    def of(self, module, arrays):
        return arrays[self.name].real > self.threshold

    def __repr__(self):
        return f"{self.name}.real > {self.threshold}"


FORMS = ["list", "numpy", "ours", "pending", "pending"]


def random_indices(rng, world, extent, shape):
    integers = [name for name, x in world.numpys.items() if x.dtype.kind in "iu" and x.ndim < 3 and x.size]
    if integers and rng.random() < 0.3:
        return Named(rng.choice(sorted(integers)), extent, rng.choice([0, -extent, -(extent // 2), None]))
    count = int(np.prod(shape))
    return Given(np.array([rng.randrange(-extent, extent) for _ in range(count)], int).reshape(shape), rng.choice(FORMS))


def random_mask(rng, shape):
    likely = rng.choice([0.1, 0.5, 0.9])
    values = np.array([rng.random() < likely for _ in range(int(np.prod(shape)))], bool)
    return Given(values.reshape(shape), rng.choice(FORMS[1:]))


def random_picks(rng, world, source):
    """A key with index arrays that broadcast, masks of an axis or of all, numbers and slices between them."""
    shape = world.numpys[source].shape
    if rng.random() < 0.2:
        return (rng.choice([Above(source, rng.randint(0, 4)), random_mask(rng, shape)]),)
    common = tuple(rng.randint(1, 4) for _ in range(rng.choice([1, 1, 1, 2])))
    key = list(random_key(rng, shape)) if None not in random_key(rng, shape) else [slice(None)] * len(shape)
    for axis, extent in enumerate(shape[: len(key)]):
        if extent and rng.random() < 0.5:
            partial = tuple(rng.choice([1, n]) for n in common[rng.randint(0, len(common) - 1):])
            key[axis] = random_mask(rng, (extent,)) if rng.random() < 0.2 else random_indices(rng, world, extent, partial)
    return tuple(key)


def in_order(module, item):
    """NumPy stores repeated places in the order of memory where indices and values all lie alike; ours is always that of C."""
    return np.ascontiguousarray(item) if module is np and isinstance(item, np.ndarray) and item.ndim else item


def resolved(key, module, arrays, to_read=False):
    items = [item.of(module, arrays) if hasattr(item, "of") else item for item in key]
    items = tuple(items if to_read else [in_order(module, item) for item in items])
    return items[0] if len(items) == 1 else items


class Pick(New):
    """Elements by index arrays and masks."""

    def choose(self, rng, world, x):
        self.how = rng.choice(["key", "key", "key", "take", "along", "compress", "nonzero"])
        self.axis = rng.randrange(-x.ndim, x.ndim)
        extent = x.shape[self.axis]
        self.key = random_picks(rng, world, self.source)
        if self.how == "take":
            self.key = (random_indices(rng, world, max(extent, 1), (rng.randint(1, 5),)),)
        elif self.how == "along":
            lines = [rng.randint(1, 4) if axis == self.axis % x.ndim else n for axis, n in enumerate(x.shape)]
            self.key = (random_indices(rng, world, max(extent, 1), lines),)
        elif self.how == "compress":
            self.key = (random_mask(rng, (extent,)),)

    def of(self, module, arrays):
        x, key = arrays[self.source], resolved(self.key, module, arrays, to_read=True)
        if self.how == "key":
            return x[key]
        if self.how == "take":
            return module.take(x, key, axis=self.axis)
        if self.how == "along":
            return module.take_along_axis(x, module.asarray(key), axis=self.axis)
        return module.compress(key, x, axis=self.axis) if self.how == "compress" else x[x.nonzero()]

    def run(self, world):
        super().run(world)
        world.kinds["picked"] += 1

    def __repr__(self):
        if self.how in ("key", "nonzero"):
            return f"{self.name} = {self.source}[{shown(self.key) if self.how == 'key' else self.source + '.nonzero()'}]"
        return f"{self.name} = {self.how}({self.source}, {shown(self.key)}, axis={self.axis})"


class Arrange(New):
    """Elements of one or two arrays in another order, or side by side."""

    HOW = {"concat": lambda m, x, y, axis, n: m.concat([x, y, x], axis=axis),
           "stack": lambda m, x, y, axis, n: m.stack([y, x], axis=axis),
           "roll": lambda m, x, y, axis, n: m.roll(x, n - 2, axis=axis),
           "roll all": lambda m, x, y, axis, n: m.roll(x, n - 2),
           "pad": lambda m, x, y, axis, n: m.pad(x, [(n % 2, n)] * x.ndim),
           "edge": lambda m, x, y, axis, n: m.pad(x, n, mode="edge"),
           "wrap": lambda m, x, y, axis, n: m.pad(x, (n, 1), mode="wrap"),
           "repeat": lambda m, x, y, axis, n: m.repeat(x, n % 3, axis=axis),
           "cumsum": lambda m, x, y, axis, n: m.cumsum(x, axis=axis),
           "sort": lambda m, x, y, axis, n: m.sort(x, axis=axis),
           "argsort": lambda m, x, y, axis, n: m.argsort(x, axis=axis, kind="stable"),
           "where": lambda m, x, y, axis, n: m.where(x.real > n, x, y)}

    def choose(self, rng, world, x):
        alike = [name for name, y in world.numpys.items() if y.shape == x.shape]
        self.how, self.axis, self.count = rng.choice(sorted(self.HOW)), rng.randrange(-x.ndim, x.ndim), rng.randint(0, 4)
        self.other = rng.choice(sorted(alike))

    def of(self, module, arrays):
        return self.HOW[self.how](module, arrays[self.source], arrays[self.other], self.axis, self.count)

    def __repr__(self):
        return f"{self.name} = {self.how}({self.source}, {self.other}, axis={self.axis}) {self.count}"


class Scatter(Writing):
    """x[key] = values, x[key] += values, by index arrays and masks; of several values for one place the last one stays."""

    def choose(self, rng, world, x):
        self.key, self.symbol = random_picks(rng, world, self.source), rng.choice(["", "", "", "+", "*", "-"])
        self.value = rng.choice(["fresh", "fresh", "own", "own", operand(rng, world.ours)])
        self.seed, self.pending = rng.randint(0, 99), rng.random() < 0.5
        self.overlaps = self.value in ("own", self.source)

    def values(self, module, arrays, key):
        return in_order(module, self.any_values(module, arrays, key))

    def any_values(self, module, arrays, key):
        x = arrays[self.source]
        if self.value == "own":
            return x[key][::-1]
        shape = x[key].shape
        if self.value != "fresh":
            if 0 in shape:
                raise Skip  # where nothing is picked NumPy takes values of some wrong shapes
            return value_of(self.value, arrays)
        count = int(np.prod(shape))
        fresh = module.asarray(small(np.arange(count) + self.seed, "int64").reshape(shape))
        return fresh + 0 if self.pending else fresh

    def of(self, module, arrays):
        x, key = arrays[self.source], resolved(self.key, module, arrays)
        values = self.values(module, arrays, key)
        if module is np and not self.symbol:  # reads what it has written, where a mask holds
            values = np.array(values)
        x[key] = IN_PLACE[self.symbol](x[key], values) if self.symbol else values  # what += means

    def count(self, world, x):
        super().count(world, x)
        world.kinds["scattered"] += 1

    def __repr__(self):
        fresh = f"{'pending ' * self.pending}values from {self.seed}"
        value = {"own": "the same[::-1]", "fresh": fresh}.get(self.value, self.value)
        return f"{self.source}[{shown(self.key)}] {self.symbol}= {value}"


class Put(Writing):
    """Writes of functions and methods that take places, masks or an axis."""

    def choose(self, rng, world, x):
        self.how = rng.choice(["put", "along", "putmask", "place", "sort", "sort", "copyto where"])
        self.axis, self.seed = rng.randrange(-x.ndim, x.ndim), rng.randint(0, 99)
        self.mode = rng.choice(["raise", "wrap", "clip"])
        self.value = rng.choice([self.source, operand(rng, world.ours)])
        self.overlaps = self.value == self.source and self.how != "sort"
        size = max(x.size, 1)
        if self.how == "put":
            self.key = random_indices(rng, world, size, (rng.randint(1, 6),))
        elif self.how == "along":
            self.key = random_indices(rng, world, max(x.shape[self.axis], 1), x.shape)
        else:
            self.key = rng.choice([Above(self.source, rng.randint(0, 4)), random_mask(rng, x.shape)])

    def of(self, module, arrays):
        x, y, key = arrays[self.source], value_of(self.value, arrays), self.key.of(module, arrays)
        if not x.size or not np.size(key):
            raise Skip  # NumPy takes values of some wrong shapes
        if self.how == "put":
            module.put(x, key, y, mode=self.mode)
        elif self.how == "along":
            module.put_along_axis(x, module.asarray(key), y, axis=self.axis)
        elif self.how == "sort":
            x.sort(axis=self.axis)
        elif self.how == "copyto where":
            module.copyto(x, y, where=key, casting="unsafe")
        else:
            getattr(module, self.how)(x, key, y + 0 if self.how == "place" else y)  # NumPy's reads what it has written

    def count(self, world, x):
        super().count(world, x)
        world.kinds["put" if self.how != "sort" else "sorted"] += 1

    def __repr__(self):
        if self.how == "sort":
            return f"{self.source}.sort(axis={self.axis})"
        return f"{self.how}({self.source}, {self.key}, {self.value}) axis={self.axis} mode={self.mode}"
