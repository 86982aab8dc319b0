"""The formulas as numexpr expressions; broadcasts and slices are views of the inputs. Matrix products, argmin, gathers
and cumulative sums are not in its language."""
import numpy as np

from rivals.numexpr_language import formula, single

# ---- one expression

single("scaled sum", "x y", "2*x + 3*y")
single("cubic", "x", "((x + 0.5)*x - 0.25)*x + 2")
single("sum of 12", "a b c d e f g h i j k l", "a + b + c + d + e + f + g + h + i + j + k + l")
single("damped wave", "x y", "exp(-x) * sin(y)")
single("gelu", "x", "0.5*x*(1 + tanh(0.7978845608*(x + 0.044715*x*x*x)))")
single("log density", "x mean deviation",
       "-0.5*((x - mean)/deviation)*((x - mean)/deviation) - log(deviation) - 0.9189385332")
single("haversine", "latitude longitude latitude2 longitude2",
       "12742.0176*arcsin(sqrt(sin((latitude2 - latitude)*0.5)*sin((latitude2 - latitude)*0.5)"
       " + cos(latitude)*cos(latitude2)*sin((longitude2 - longitude)*0.5)*sin((longitude2 - longitude)*0.5)))")
single("brighten", "image", "minimum(maximum(image*1.25 + 10.0, 0.0), 255.0)", np.uint8)
single("normalise image", "image mean deviation", f"(image*{1 / 255!r} - mean)/deviation")
single("gain", "samples", "minimum(maximum(round(samples*1.7), -32768.0), 32767.0)", np.int16)
single("masked blend", "x y mask", "where(mask, x, y*0.5)")
single("compare and select", "x y", "where(x > y, x - y, x*y)")
single("piecewise", "x", "where(x < -1, -x - 0.5, where(x < 0, 0.5*x*x, where(x < 1, x*x*0.25, x - 0.75)))")
single("horner", "x", "(" * 19 + "x*0.05 + 1.0" + "".join(f")*x + {(k + 1) * 0.05!r}" for k in range(19)))
for broadcast in ("scale by rows", "scale by columns", "scale by middle"):
    single(broadcast, "x factor offset", "x*factor + offset")
single("outer grid", "x y", "x*y + y")


@formula
def grey(evaluate, image):
    red, green, blue = (image[..., k] for k in range(3))
    return evaluate("0.299*red + 0.587*green + 0.114*blue", dtype=np.uint8, red=red, green=green, blue=blue)


@formula
def add_transposed(evaluate, x, y):
    return evaluate("x + y", x=x, y=y.T)


@formula
def transposed_output(evaluate, x):
    return evaluate("x*2 + 1", x=x.T)


@formula
def permuted_output(evaluate, x):
    return evaluate("x*2", x=x.transpose(2, 0, 1))


# ---- many steps, written out

def chain(evaluate, x, y, first: int, last: int):
    expression = "(" * (last - first) + "v" + "".join(f")*{1 / (k + 2)!r} + y" for k in range(first, last))
    return evaluate(expression, v=x, y=y)


@formula
def chain_of_30(evaluate, x, y):
    return chain(evaluate, x, y, 0, 15)


@formula
def chain_of_400(evaluate, x, y):
    """An expression has at most 64 inputs, and typed numbers are inputs."""
    for first in range(0, 200, 50):
        x = chain(evaluate, x, y, first, first + 50)
    return x


@formula
def black_scholes(evaluate, price, strike, years):
    """Texts are written often, and numexpr finds by itself what is the same."""
    d1 = "(log(price/strike) + 0.065*years)/(0.3*sqrt(years))"
    d2 = f"({d1} - 0.3*sqrt(years))"
    discounted = "strike*exp(-0.02*years)"

    def cumulative_normal(x):
        k = f"(1/(1 + 0.2316419*abs({x})))"
        tail = (f"0.3989422804*exp(-0.5*({x})*({x}))*{k}*(0.31938153 + {k}*(-0.356563782 + {k}*(1.781477937"
                f" + {k}*(-1.821255978 + {k}*1.330274429))))")
        return f"where({x} > 0, 1 - {tail}, {tail})"
    names = {"price": price, "strike": strike, "years": years}
    call = evaluate(f"price*{cumulative_normal(d1)} - {discounted}*{cumulative_normal(d2)}", **names)
    return call, evaluate(f"call - price + {discounted}", call=call, **names)


@formula
def mandelbrot(evaluate, re, im):
    x, y, count = re, im, np.zeros_like(re)
    for k in range(40):
        turn, inside = k % 2, evaluate("x*x + y*y < 4", into="inside", x=x, y=y)
        count = evaluate("where(inside, count + 1, count)", into=f"count{turn}", inside=inside, count=count)
        x, y = (evaluate("where(inside, x*x - y*y + re, x)", into=f"x{turn}", inside=inside, x=x, y=y, re=re),
                evaluate("where(inside, 2*x*y + im, y)", into=f"y{turn}", inside=inside, x=x, y=y, im=im))
    return count


@formula
def newton_cube_root(evaluate, x):
    v = x
    for k in range(12):
        v = evaluate("v - (v*v*v - x)/(3*v*v)", into=f"v{k % 2}", v=v, x=x)
    return v


@formula
def logistic_map(evaluate, x, r):
    r = evaluate("3 + 0.5*r", r=r)
    for k in range(100):
        x = evaluate("r*x*(1 - x)", into=f"x{k % 2}", r=r, x=x)
    return x


@formula
def heat_1d_3_steps(evaluate, u):
    for _ in range(3):
        u = evaluate("middle + 0.25*(right - 2*middle + left)", left=u[:-2], middle=u[1:-1], right=u[2:])
    return u


@formula
def jacobi_2d(evaluate, u):
    return evaluate("0.2*(middle + up + down + left + right)", middle=u[1:-1, 1:-1], up=u[:-2, 1:-1], down=u[2:, 1:-1],
                    left=u[1:-1, :-2], right=u[1:-1, 2:])


@formula
def jacobi_2d_2_steps(evaluate, u):
    return jacobi_2d(evaluate, jacobi_2d(evaluate, u))


@formula
def laplace_3d(evaluate, u):
    return evaluate("a + b + c + d + e + f - 6*inner", inner=u[1:-1, 1:-1, 1:-1], a=u[:-2, 1:-1, 1:-1],
                    b=u[2:, 1:-1, 1:-1], c=u[1:-1, :-2, 1:-1], d=u[1:-1, 2:, 1:-1], e=u[1:-1, 1:-1, :-2],
                    f=u[1:-1, 1:-1, 2:])


@formula
def sobel(evaluate, u):
    around = {f"u{i}{j}": u[i:u.shape[0] - 2 + i, j:u.shape[1] - 2 + j] for i in range(3) for j in range(3)}
    gx = "(u02 + 2*u12 + u22 - (u00 + 2*u10 + u20))"
    gy = "(u20 - u00 + 2*(u21 - u01) + u22 - u02)"
    return evaluate(f"sqrt({gx}*{gx} + {gy}*{gy})", **around)
