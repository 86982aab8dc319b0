"""Statements of random programs that join, pad and roll arrays, part of which are pending."""

from program_statements import New

PARTS = {"x": lambda m, x: x, "x * 2": lambda m, x: x * 2, "x + 1": lambda m, x: x + 1, "flip of x": lambda m, x: m.flip(x) + 0,
         "x[1:] * 3": lambda m, x: x[1:] * 3, "x[:1]": lambda m, x: x[:1], "max of x": lambda m, x: m.max(x, axis=0, keepdims=True)}
MODES = ["constant", "constant", "edge", "wrap", "reflect", "symmetric", "maximum"]


class Join(New):
    HOW = ["concat", "concat", "stack", "flat", "columns", "pad", "pad", "roll", "roll", "around", "around", "block"]

    def choose(self, rng, world, x):
        self.how, self.axis = rng.choice(self.HOW), rng.randrange(-x.ndim, x.ndim)
        fit = sorted(name for name, other in world.numpys.items() if other.ndim == x.ndim)
        self.parts = [(rng.choice([self.source, rng.choice(fit)]), rng.choice(sorted(PARTS))) for _ in range(rng.randint(1, 4))]
        self.mode, self.widths = rng.choice(MODES), [[rng.randint(0, 3), rng.randint(0, 3)] for _ in range(x.ndim)]
        self.shift, self.flattens, self.cut = rng.randint(-4, 4), rng.random() < 0.3, rng.randint(0, max(x.shape[0], 1))

    def of(self, module, arrays):
        parts = [PARTS[how](module, arrays[name]) for name, how in self.parts]
        x = parts[0]
        if self.how == "pad":
            return module.pad(x, self.widths, self.mode)
        if self.how == "roll":
            return module.roll(x, self.shift, None if self.flattens else self.axis)
        if self.how == "around":  # a roll by hand, of which some parts may be written twice
            result = module.zeros_like(x)
            count = x.shape[0] - self.cut
            result[self.cut :] = x[:count] if self.shift else x[self.cut :]
            result[: self.cut] = x[count:] if self.shift > -3 else x[: self.cut]
            return result
        if self.how == "block":
            return module.block([[x, x + 1], [x * 2, x]])
        joins = {"concat": lambda: module.concat(parts, axis=self.axis), "stack": lambda: module.stack(parts, axis=self.axis),
                 "flat": lambda: module.concat(parts, axis=None), "columns": lambda: module.column_stack(parts)}
        return joins[self.how]()

    def run(self, world):
        super().run(world)
        world.kinds["joined"] += 1
        world.kinds["joined later"] += not world.ours[self.name]._is_evaluated

    def __repr__(self):
        how = {"pad": f"pad by {self.widths} {self.mode}", "around": f"around at {self.cut}, {self.shift}",
               "roll": f"roll by {self.shift} along {None if self.flattens else self.axis}"}.get(self.how, f"{self.how} {self.axis}")
        return f"{self.name} = {how} of " + ", ".join(f"{how} with x = {name}" for name, how in self.parts)
