"""Idioms of slices, stencils and joins; see idioms.py."""

from idioms import ARRAY, COUNT, ROWS, idiom


@idiom("`x[:] = y * 2 + 1`")
def assign_all(side):
    x, y = side.values(), side.values(1)
    yield
    x[:] = y * 2 + 1
    yield x


@idiom("`copyto(x, y)`")
def copyto(side):
    x, y = side.values(), side.values(1)
    yield
    side.copyto(x, y)
    yield x


@idiom("`x.fill(3)`")
def fill(side):
    x = side.values()
    yield
    x.fill(3)
    yield x


@idiom("`x.sort()`")
def sort(side):
    x = side.values()
    yield
    x.sort()
    yield x


@idiom("`out = empty(); out[:n] = sqrt(a); out[n:] = b * 2`", loop=2 * ARRAY)
def build(side):
    a, b = side.values() ** 2, side.values(1)
    side.eval(a)
    yield
    out = side.empty(2 * COUNT)
    out[:COUNT] = side.sqrt(a)
    out[COUNT:] = b * 2
    yield out


@idiom("ring buffer, `b[:-1] = b[1:]; b[-1] = v`, evaluated, 4 times")
def ring(side):
    b = side.values()
    yield
    for v in range(4):
        b[:-1] = b[1:]
        b[-1] = v
        side.eval(b)
    yield b


@idiom("`a[1:] = a[:-1]`")
def shift(side):
    a = side.values()
    yield
    a[1:] = a[:-1]
    yield a


@idiom("`a[1:] -= a[:-1]`")
def difference(side):
    a = side.values()
    yield
    a[1:] -= a[:-1]
    yield a


@idiom("`a[:] = a[::-1]`")
def reverse(side):
    a = side.values()
    yield
    a[:] = a[::-1]
    yield a


@idiom("`a[::2], a[1::2] = a[1::2].copy(), a[::2].copy()`")
def swap(side):
    a = side.values()
    yield
    a[::2], a[1::2] = a[1::2].copy(), a[::2].copy()
    yield a


@idiom("`a[:n], a[n:] = a[n:].copy(), a[:n].copy()`")
def swap_halves(side):
    a = side.values()
    yield
    a[: COUNT // 2], a[COUNT // 2 :] = a[COUNT // 2 :].copy(), a[: COUNT // 2].copy()
    yield a


@idiom("`a += a.T`")
def add_transposed(side):
    a = side.grid()
    yield
    a += a.T
    yield a


@idiom("`a[:] = rot90(a)`")
def turn(side):
    a = side.grid()
    yield
    a[:] = side.rot90(a)
    yield a


@idiom("columns, `x[:, j] *= 2`, each 100th")
def columns(side):
    x = side.grid()
    yield
    for j in range(0, ROWS, 100):
        x[:, j] *= 2
    yield x


@idiom("rows, `x[i] += x[i - 1]`, evaluated, 10 times")
def rows(side):
    x = side.grid()
    yield
    for i in range(1, 11):
        x[i] += x[i - 1]
        side.eval(x)
    yield x


@idiom("`y = x.ravel(); y += 1`")
def ravel(side):
    x = side.grid()
    yield
    y = x.ravel()
    y += 1
    yield x


@idiom("few long rows, `x[1:] += x[:-1]; x[:, 1:] -= x[:, :-1]`")
def long_rows(side):
    x = side.reshape(side.values(), (4, -1))
    side.eval(x)
    yield
    x[1:] += x[:-1]
    x[:, 1:] -= x[:, :-1]
    yield x


# --- Stencils ------------------------------------------------------------------------------------

def neighbours(a):
    return 0.25 * (a[:-2, 1:-1] + a[2:, 1:-1] + a[1:-1, :-2] + a[1:-1, 2:])


@idiom("Jacobi, two buffers, by slices, 4 steps")
def jacobi_slices(side):
    a, b = side.grid(), side.grid(1)
    yield
    for _ in range(4):
        b[1:-1, 1:-1] = neighbours(a)
        a, b = b, a
        side.eval(a)
    yield a


@idiom("Jacobi, two buffers, `out=`, 4 steps")
def jacobi_out(side):
    a, b = side.grid(), side.grid(1)
    yield
    for _ in range(4):
        inner = b[1:-1, 1:-1]
        side.add(a[:-2, 1:-1], a[2:, 1:-1], out=inner)
        side.add(inner, a[1:-1, :-2], out=inner)
        side.add(inner, a[1:-1, 2:], out=inner)
        side.multiply(inner, 0.25, out=inner)
        a, b = b, a
        side.eval(a)
    yield a


@idiom("Jacobi in place, by slices, 4 steps")
def jacobi_in_place(side):
    a = side.grid()
    yield
    for _ in range(4):
        a[1:-1, 1:-1] = neighbours(a)
        side.eval(a)
    yield a


# --- Joined, padded, copied ----------------------------------------------------------------------

@idiom("`concat([x * 2, y + 1])`", loop=2 * ARRAY)
def concat(side):
    x, y = side.values(), side.values(1)
    yield
    yield side.concat([x * 2, y + 1])


@idiom("`stack([x * 2, y + 1])`", loop=2 * ARRAY)
def stack(side):
    x, y = side.values(), side.values(1)
    yield
    yield side.stack([x * 2, y + 1])


@idiom("`concat([cos(x), sin(x)])`", loop=2 * ARRAY)
def concat_shared(side):
    x = side.values()
    yield
    yield side.concat([side.cos(x), side.sin(x)])


@idiom("`stack([x * 2, x + 1], axis=-1)`", loop=2 * ARRAY)
def stack_last(side):
    x = side.values()
    yield
    yield side.stack([x * 2, x + 1], axis=-1)


@idiom("`block([[x * 2, x], [y, x + y]])`", loop=4 * ARRAY)
def block(side):
    x, y = side.grid(), side.grid(1)
    yield
    yield side.block([[x * 2, x], [y, x + y]])


@idiom("`pad(x * 2, 1)`", loop=8 * (ROWS + 2) ** 2)
def pad(side):
    x = side.grid()
    yield
    yield side.pad(x * 2, 1)


@idiom("`pad(x * 2, 2, 'reflect')`", loop=8 * (ROWS + 4) ** 2)
def pad_reflected(side):
    x = side.grid()
    yield
    yield side.pad(x * 2, 2, "reflect")


@idiom("`x = roll(x, 1)`")
def roll(side):
    x = side.values()
    yield
    x = side.roll(x, 1)
    yield x


@idiom("columns, `x = roll(x, 300, axis=1)`, evaluated, 4 times")
def roll_columns(side):
    x = side.grid()
    yield
    for _ in range(4):
        x = side.roll(x, 300, axis=1)
        side.eval(x)
    yield x


@idiom("`y = roll(x * 2, 5)`", loop=ARRAY)
def roll_pending(side):
    x = side.values()
    yield
    y = side.roll(x * 2, 5)
    yield y


@idiom("`y = ascontiguousarray(x.T)`", loop=ARRAY)
def transposed(side):
    x = side.grid()
    yield
    y = side.ascontiguousarray(x.T)
    yield y


@idiom("`y = x.copy(); y += 1`", loop=ARRAY)
def copied(side):
    x = side.values()
    yield
    y = x.copy()
    y += 1
    yield y
