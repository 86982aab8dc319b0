"""Element by element: chains of operations, functions, mixed dtypes, selects, iterations that are written out, broadcasts."""
import numpy as np

from workloads.table import each, some, uniform, workload

f32, f64, u8, i16 = np.float32, np.float64, np.uint8, np.int16


# ---- chains

@workload("chain", some(2), [(f64, 1 << 24), (f32, 1 << 18)], each(add=3))
def scaled_sum(xp, x, y):
    return 2 * x + 3 * y


@workload("chain", some(1), [(f32, 1 << 25)], each(add=5))
def cubic(xp, x):
    return ((x + 0.5) * x - 0.25) * x + 2


@workload("chain", some(2), [(f32, 1 << 23)], each(add=30))
def chain_of_30(xp, x, y):
    v = x
    for k in range(15):
        v = v * (1 / (k + 2)) + y
    return v


@workload("chain", some(2), [(f64, 1 << 16), (f32, 1 << 20)], each(add=400))
def chain_of_400(xp, x, y):
    v = x
    for k in range(200):
        v = v * (1 / (k + 2)) + y
    return v


@workload("chain", some(12), [(f32, 1 << 22)], each(add=11))
def sum_of_12(xp, *arrays):
    total = arrays[0]
    for array in arrays[1:]:
        total = total + array
    return total


# ---- functions

@workload("functions", some(2), [(f32, 1 << 24), (f64, 1 << 22), (f64, 1 << 16)], each(exp=1, sin=1, add=2))
def damped_wave(xp, x, y):
    return xp.exp(-x) * xp.sin(y)


@workload("functions", some(1, -4, 4), [(f32, 1 << 24)], each(tanh=1, add=8))
def gelu(xp, x):
    return 0.5 * x * (1 + xp.tanh(0.7978845608 * (x + 0.044715 * x * x * x)))


@workload("functions", some(3, 0.5, 2), [(f64, 1 << 22)], each(log=1, add=6, divide=1))
def log_density(xp, x, mean, deviation):
    z = (x - mean) / deviation
    return -0.5 * z * z - xp.log(deviation) - 0.9189385332


def cumulative_normal(xp, x):
    """Abramowitz and Stegun, Handbook of Mathematical Functions, 26.2.17."""
    k = 1 / (1 + 0.2316419 * xp.abs(x))
    tail = 0.3989422804 * xp.exp(-0.5 * x * x) * k * (
        0.31938153 + k * (-0.356563782 + k * (1.781477937 + k * (-1.821255978 + k * 1.330274429))))
    return xp.where(x > 0, 1 - tail, tail)


def options(rng, dtype, n):
    return (uniform(rng, dtype, n, low=20, high=60), uniform(rng, dtype, n, low=20, high=60),
            uniform(rng, dtype, n, low=0.1, high=2))


@workload("functions", options, [(f64, 1 << 21), (f32, 1 << 22)], each(log=1, exp=3, sqrt=1, divide=4, add=46))
def black_scholes(xp, price, strike, years):
    rate, volatility = 0.02, 0.3
    spread = volatility * xp.sqrt(years)
    d1 = (xp.log(price / strike) + (rate + 0.5 * volatility * volatility) * years) / spread
    d2 = d1 - spread
    discounted = strike * xp.exp(-rate * years)
    call = price * cumulative_normal(xp, d1) - discounted * cumulative_normal(xp, d2)
    return call, call - price + discounted


@workload("functions", some(4, 0, 1.5), [(f64, 1 << 21)], each(sin=2, cos=2, asin=1, sqrt=1, add=10))
def haversine(xp, latitude, longitude, latitude2, longitude2):
    a = xp.sin((latitude2 - latitude) * 0.5)
    b = xp.sin((longitude2 - longitude) * 0.5)
    return 12742.0176 * xp.asin(xp.sqrt(a * a + xp.cos(latitude) * xp.cos(latitude2) * b * b))


# ---- mixed dtypes

def image(rng, dtype, *shape):
    return (rng.integers(0, 256, shape, dtype=np.uint8),)


@workload("mixed dtypes", image, [(u8, 4000, 6000)], each(**{"add f32": 5}))
def brighten(xp, image):
    return xp.astype(xp.clip(xp.astype(image, xp.float32) * 1.25 + 10, 0, 255), xp.uint8)


@workload("mixed dtypes", image, [(u8, 2000, 3000, 3)], lambda h, w, _: {"add f32": 9 * h * w})
def grey(xp, image):
    red, green, blue = (xp.astype(image[..., k], xp.float32) for k in range(3))
    return xp.astype(0.299 * red + 0.587 * green + 0.114 * blue, xp.uint8)


def image_and_statistics(rng, dtype, *shape):
    return (*image(rng, dtype, *shape), np.array([0.485, 0.456, 0.406], f32), np.array([0.229, 0.224, 0.225], f32))


@workload("mixed dtypes", image_and_statistics, [(u8, 1000, 2000, 3)], each(**{"add f32": 3, "divide f32": 1}))
def normalise_image(xp, image, mean, deviation):
    return (xp.astype(image, xp.float32) * (1 / 255) - mean) / deviation


@workload("mixed dtypes", lambda rng, dtype, n: (rng.integers(-32768, 32767, n, dtype=i16),), [(i16, 1 << 24)],
          each(**{"add f32": 6}))
def gain(xp, samples):
    return xp.astype(xp.clip(xp.round(xp.astype(samples, xp.float32) * 1.7), -32768, 32767), xp.int16)


def two_and_a_mask(rng, dtype, n):
    return (*some(2)(rng, dtype, n), rng.random(n, dtype=f32) < 0.5)


@workload("mixed dtypes", two_and_a_mask, [(f32, 1 << 24)], each(add=2))
def masked_blend(xp, x, y, mask):
    return xp.where(mask, x, y * 0.5)


# ---- compare and select

@workload("select", some(2), [(f64, 1 << 23), (f32, 1 << 19)], each(add=4))
def compare_and_select(xp, x, y):
    return xp.where(x > y, x - y, x * y)


@workload("select", some(1, -2, 2), [(f32, 1 << 24)], each(add=11))
def piecewise(xp, x):
    return xp.where(x < -1, -x - 0.5, xp.where(x < 0, 0.5 * x * x, xp.where(x < 1, x * x * 0.25, x - 0.75)))


# ---- iterations, written out

def plane(rng, dtype, height, width):
    return (np.broadcast_to(np.linspace(-2, 0.5, width, dtype=dtype), (height, width)).copy(),
            np.broadcast_to(np.linspace(-1.25, 1.25, height, dtype=dtype)[:, None], (height, width)).copy())


@workload("iterations", plane, [(f32, 512, 512)], each(add=40 * 9))
def mandelbrot(xp, re, im):
    x, y, count = re, im, xp.zeros_like(re)
    for _ in range(40):
        xx, yy = x * x, y * y
        inside = xx + yy < 4
        count = xp.where(inside, count + 1, count)
        x, y = xp.where(inside, xx - yy + re, x), xp.where(inside, 2 * x * y + im, y)
    return count


@workload("iterations", some(1, 0.5, 8), [(f64, 1 << 18)], each(add=12 * 5, divide=12))
def newton_cube_root(xp, x):
    v = x
    for _ in range(12):
        v = v - (v * v * v - x) / (3 * v * v)
    return v


@workload("iterations", some(2, 0.1, 0.9), [(f32, 1 << 20)], each(add=300))
def logistic_map(xp, x, r):
    r = 3 + 0.5 * r  # below 3.57: a chaotic map would make every rounding matter
    for _ in range(100):
        x = r * x * (1 - x)
    return x


@workload("iterations", some(1), [(f64, 1 << 20), (f32, 1 << 18)], each(add=40))
def horner(xp, x):
    v = x * 0.05 + 1
    for k in range(19):
        v = v * x + (k + 1) * 0.05
    return v


# ---- broadcasts

def with_rows(rng, dtype, rows, columns):
    return uniform(rng, dtype, rows, columns), uniform(rng, dtype, columns), uniform(rng, dtype, columns)


@workload("broadcast", with_rows, [(f32, 4096, 4096), (f32, 1 << 20, 8)], each(add=2))
def scale_by_rows(xp, x, factor, offset):
    return x * factor + offset


def with_columns(rng, dtype, rows, columns):
    return uniform(rng, dtype, rows, columns), uniform(rng, dtype, rows, 1), uniform(rng, dtype, rows, 1)


@workload("broadcast", with_columns, [(f64, 4096, 2048)], each(add=2))
def scale_by_columns(xp, x, factor, offset):
    return x * factor + offset


def with_middle(rng, dtype, a, b, c):
    return uniform(rng, dtype, a, b, c), uniform(rng, dtype, 1, b, 1), uniform(rng, dtype, a, 1, c)


@workload("broadcast", with_middle, [(f32, 128, 256, 512)], each(add=2))
def scale_by_middle(xp, x, factor, offset):
    return x * factor + offset


def column_and_row(rng, dtype, rows, columns):
    return uniform(rng, dtype, rows, 1), uniform(rng, dtype, 1, columns)


@workload("broadcast", column_and_row, [(f32, 8192, 4096)], each(add=2))
def outer_grid(xp, x, y):
    return x * y + y
