"""Idioms of array programs that make copies, or need not, written once for NumPy and broadloom: generators that make their
inputs, yield where counting begins, and yield their result. Nothing but their own names holds the arrays meanwhile.

`side` is either module, with values(), grid() and random integers below a bound for inputs and eval(), which NumPy needs not.
"""

COUNT, ROWS = 1_000_000, 1000
ARRAY = 8 * COUNT  # bytes
IDIOMS = []


def idiom(title, loop=0):
    """`loop`: bytes that a loop in C needs beyond the inputs, which it writes in place where the idiom says so."""
    def declare(function):
        IDIOMS.append((title, loop, function))
        return function
    return declare


# --- Arithmetic in place -------------------------------------------------------------------------

@idiom("`x += 1`, evaluated, 10 times")
def increment_each(side):
    x = side.values()
    yield
    for _ in range(10):
        x += 1
        side.eval(x)
    yield x


@idiom("`x += 1`, 10 times, then evaluated")
def increment_all(side):
    x = side.values()
    yield
    for _ in range(10):
        x += 1
    yield x


@idiom("`x *= y`")
def multiply(side):
    x, y = side.values(), side.values(1)
    yield
    x *= y
    yield x


@idiom("`x = x + 1`, evaluated, 10 times")
def rebind_each(side):
    x = side.values()
    yield
    for _ in range(10):
        x = x + 1
        side.eval(x)
    yield x


@idiom("`x = x * y + z`, inputs die")
def rebind_all(side):
    x, y, z = (side.values(seed) for seed in range(3))
    yield
    x = x * y + z
    del y, z
    yield x


@idiom("`y += alpha * x`")
def axpy(side):
    x, y = side.values(), side.values(1)
    yield
    y += 2.5 * x
    yield y


@idiom("`z = alpha * x + y`", loop=ARRAY)
def saxpy(side):
    x, y = side.values(), side.values(1)
    yield
    z = 2.5 * x + y
    yield z


@idiom("Horner, `r *= x; r += c`")
def horner(side):
    x, r = side.values(), side.values(1)
    yield
    for c in (0.5, 0.25, 0.125, 0.0625):
        r *= x
        r += c
    yield r


@idiom("`add(x, y, out=x)`")
def add_out(side):
    x, y = side.values(), side.values(1)
    yield
    side.add(x, y, out=x)
    yield x


@idiom("`clip(x, -1, 1, out=x)`")
def clip_out(side):
    x = side.values()
    yield
    side.clip(x, -1, 1, out=x)
    yield x


@idiom("`cumsum(x, out=x)`")
def cumsum_out(side):
    x = side.values()
    yield
    side.cumsum(x, out=x)
    yield x


@idiom("gradients, `g += x * y`, 4 times")
def accumulate(side):
    g, x, y = (side.values(seed) for seed in range(3))
    yield
    for _ in range(4):
        g += x * y
    yield g


@idiom("moving average, `m *= 0.9; m += 0.1 * x`, evaluated, 4 times")
def moving_average(side):
    m, x = side.values(), side.values(1)
    yield
    for _ in range(4):
        m *= 0.9
        m += 0.1 * x
        side.eval(m)
    yield m


@idiom("Euler, `v += -x * dt; x += v * dt`, evaluated, 4 times")
def euler(side):
    x, v = side.values(), side.values(1)
    yield
    for _ in range(4):
        v += -x * 0.01
        x += v * 0.01
        side.eval(x, v)
    yield side.stack([x[:9], v[:9]])


# --- Normalising ---------------------------------------------------------------------------------

@idiom("`x -= x.mean(); x /= x.std()`")
def normalise(side):
    x = side.values()
    yield
    x -= side.mean(x)
    x /= side.std(x)
    yield x


@idiom("rows, `x -= x.mean(1); x /= x.std(1)`")
def normalise_rows(side):
    x = side.grid()
    yield
    x -= side.mean(x, axis=1, keepdims=True)
    x /= side.std(x, axis=1, keepdims=True)
    yield x


@idiom("`mu, sd = x.mean(), x.std(); x -= mu; x /= sd`")
def normalise_by_names(side):
    x = side.values()
    yield
    mu, sd = x.mean(), x.std()
    x -= mu
    x /= sd
    yield x


@idiom("`low, high = x.min(), x.max(); x -= low; x /= high - low`")
def stretch(side):
    x = side.values()
    yield
    low, high = x.min(), x.max()
    x -= low
    x /= high - low
    yield x


@idiom("`cumsum(x, out=x); x /= x[-1]`")
def shares(side):
    x = side.values()
    yield
    side.cumsum(x, out=x)
    x /= x[-1]
    yield x


@idiom("`exp(x, out=x); log1p(x, out=x); x **= 1.5`")
def functions_out(side):
    x = side.values()
    yield
    side.exp(x, out=x)
    side.log1p(x, out=x)
    x **= 1.5
    yield x


@idiom("`x -= x[:, :1]`")
def less_first_column(side):
    x = side.grid()
    yield
    x -= x[:, :1]
    yield x


@idiom("softmax of rows in place")
def softmax(side):
    x = side.grid()
    yield
    x -= side.max(x, axis=1, keepdims=True)
    side.exp(x, out=x)
    x /= side.sum(x, axis=1, keepdims=True)
    yield x


@idiom("`sum((x - y) ** 2)`")
def distance(side):
    x, y = side.values(), side.values(1)
    yield
    yield side.sum((x - y) ** 2)


# --- Masks and indices ---------------------------------------------------------------------------

@idiom("`k = x < 0; x[k] = 0`", loop=COUNT)
def mask_by_name(side):
    x = side.values()
    yield
    k = x < 0
    x[k] = 0
    yield x


@idiom("`a[mask] = 0`")
def mask_zero(side):
    a, mask = side.values(), side.values(1) > 0
    side.eval(mask)
    yield
    a[mask] = 0
    yield a


@idiom("`a[a < 0] = 0`")
def negative_zero(side):
    a = side.values()
    yield
    a[a < 0] = 0
    yield a


@idiom("`a[mask] = values`")
def mask_values(side):
    a, mask = side.values(), side.values(1) > 0
    values = side.values(2)[: int(side.sum(mask))]
    side.eval(mask, values)
    yield
    a[mask] = values
    yield a


@idiom("`a = where(a < 0, 0, a)`")
def where_rebind(side):
    a = side.values()
    yield
    a = side.where(a < 0, 0, a)
    yield a


@idiom("`a[idx] = v`")
def scatter(side):
    a, v, idx = side.values(), side.values(1)[: COUNT // 4], side.places(COUNT // 4)
    yield
    a[idx] = v
    yield a


@idiom("`a[idx] += v`", loop=ARRAY // 4)
def scatter_add(side):
    a, v, idx = side.values(), side.values(1)[: COUNT // 4], side.places(COUNT // 4)
    yield
    a[idx] += v
    yield a


@idiom("`b = a[idx] * 2 + 1`", loop=ARRAY // 4)
def gather(side):
    a, idx = side.values(), side.places(COUNT // 4)
    yield
    b = a[idx] * 2 + 1
    yield b
