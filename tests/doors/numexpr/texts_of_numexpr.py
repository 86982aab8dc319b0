"""Expressions that numexpr's readme, guide and benchmarks show, over the arrays that they use."""

import numpy as np

# a, b, c, x, y, z: float64; i1, i2, i3: integers; f3: float32, f4: float64.
ELEMENTWISE = [
    "a + 1", "2*a + 3*b", "2*a + 3*b + 4*c", "a*b - 4.1*a > 2.5*b", "sin(a) + arcsinh(a/b)", "a**2 + b**2 + 2*a*b", "a*(b + 1)",
    "b*c + a*b", "2*a + (cos(3) + 5)*sinh(cos(b))", "2*a + arctan2(a, b)", "where(a != 0.0, 2, a)", "where(a > 10, b < a, b > a)",
    "0.25*(a < 5) + 0.33*(a >= 5)", "cos(1 + 1)*a", "x*x", "0.25*x**3 + 0.75*x**2 - 1.5*x - 2", "((0.25*x + 0.75)*x - 1.5)*x - 2",
    "x", "sin(x)**2 + cos(x)**2", "x**2 + y**2", "sqrt(x**2 + y**2 + z**2)", "sqrt(x*x + y*y)", "exp(-(x - 0.5)**2/0.02)", "1/(1 + exp(-x))",
    "log(1 + x)/log1p(y + 1)", "i2 > 0", "i2 < i3", "i2 <= i3", "i1 + i2", "i1*i2 - i3", "f3 > 0", "f3 + f4", "f3 + i2", "exp(f3)",
    "log(exp(f3) + 1)/f4", "0.1*i2 > arctan2(f3, f4)", "sqrt(f3**2 + f4**2) > 1", "sin(f3) > cos(f4)", "f3**f4", "where(i2 > 5, f3, f4)",
    "(x > 0.1) & (y < 0.9) | (z == 0.5)", "~(x > 0.5)", "where(0.1*x > arctan2(x, y), x, y)", "expm1(x)*tanh(y)", "arctan2(sin(x), cos(y))",
    "abs(x - y)", "floor(10*x) + ceil(10*y)", "x % 0.3", "i3 % 7", "i3 // 4", "i3 >> 1", "(i3 << 2) ^ i2", "-x + +y", "hypot(x, y)",
]
REDUCTIONS = ["sum(a)", "sum(a**2)", "sum(a*b + 2)", "prod(1 + x*1e-9)", "sum(x*y)", "min(x - y)", "max(x - y)"]


def arrays(size, seed=7):
    """The arrays that the expressions name, each of `size` elements."""
    rng = np.random.default_rng(seed)
    named = {name: rng.random(size) for name in "abcxyz"}
    named |= {f"i{k}": rng.integers(-100, 100, size, dtype=np.int32 if k < 3 else np.int64) for k in (1, 2, 3)}
    return named | {"f3": rng.random(size, dtype=np.float32), "f4": rng.random(size)}
