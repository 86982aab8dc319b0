"""Elementwise operations. Operands are converted to the dtype that PyTorch computes in, the result to the one it returns."""

import math
import operator

import torch

import broadloom as bl

from .lowering import KIND, POINTWISE, array, aten, cast, computation_dtype, is_integer, lowers, number, result_dtype

OVERLOADS = ("default", "Tensor", "Scalar", "Scalar_Tensor", "self")


def overloads(name):
    packet = getattr(aten, name)
    return [getattr(packet, overload) for overload in packet.overloads() if overload in OVERLOADS]


def pointwise(names, function, kind=KIND.DEFAULT, fault=None):
    """Enters operations that are function(*operands) in the dtype that PyTorch computes in."""
    def lowering(node, *args):
        dtype = computation_dtype(node, kind)
        first, *others = args
        return cast(function(array(first, dtype), *(cast(other, dtype) for other in others)), result_dtype(node))
    for name in names.split():
        POINTWISE.update(overloads(name))
        lowers(*overloads(name), fault=fault)(lowering)


def same_name(names, kind=KIND.DEFAULT):
    for name in names.split():
        pointwise(name, getattr(bl, name), kind)


def of_floats(function):
    """Integers are left as they are."""
    return lambda x: x if x.dtype.kind in "iub" else function(x)


def sign(x):
    """As PyTorch's: 0 for NaN, and a bool itself."""
    if x.dtype.kind == "b":
        return x
    return bl.sign(x) if x.dtype.kind in "iu" else bl.where(bl.isnan(x), 0.0, bl.sign(x))


def divides_by_zero(node, x, y, **_):
    """Whether an integer is divided by 0, an error in PyTorch."""
    dtype = result_dtype(node)
    if not is_integer(dtype) or array(x, dtype).size == 0 or (isinstance(y, (int, float)) and y != 0):
        return None
    return bl.any(array(y, dtype) == 0)


same_name("maximum minimum fmax fmin gcd lcm nextafter hypot bitwise_and bitwise_or bitwise_xor "
          "bitwise_left_shift bitwise_right_shift")
same_name("exp exp2 expm1 log log2 log10 log1p sqrt sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh sigmoid erf erfc "
          "erfinv lgamma digamma i0 atan2 copysign reciprocal", KIND.INT_TO_FLOAT)
same_name("isnan isinf isfinite signbit", KIND.ALWAYS_BOOL)
pointwise("mul", bl.multiply)
pointwise("neg", bl.negative)
pointwise("abs", bl.abs)
pointwise("sign sgn", sign)
pointwise("ceil", of_floats(bl.ceil))
pointwise("floor", of_floats(bl.floor))
pointwise("trunc fix", of_floats(bl.trunc))
pointwise("round", of_floats(bl.rint))
pointwise("bitwise_not", bl.invert)
pointwise("relu", lambda x: bl.maximum(x, 0))
pointwise("angle", lambda x: bl.where(bl.isnan(x), x, bl.where(x < 0, math.pi, 0.0)), KIND.INT_TO_FLOAT)
pointwise("square", lambda x: x * x)
pointwise("remainder", bl.remainder, fault=divides_by_zero)
pointwise("fmod", bl.fmod, fault=divides_by_zero)
pointwise("floor_divide", bl.floor_divide, fault=divides_by_zero)
pointwise("rsqrt", lambda x: 1.0 / bl.sqrt(x), KIND.INT_TO_FLOAT)
pointwise("ldexp", lambda x, exponent: x * bl.exp2(exponent), KIND.INT_TO_FLOAT)
for _torchs, _ours in {"eq": "equal", "ne": "not_equal", "lt": "less", "le": "less_equal", "gt": "greater",
                       "ge": "greater_equal"}.items():
    pointwise(_torchs, getattr(bl, _ours), KIND.ALWAYS_BOOL)


def logical(name, function):
    """Operands count as they are: whether they are 0."""
    POINTWISE.update(overloads(name))
    lowers(*overloads(name))(lambda node, *args: cast(function(*args), result_dtype(node)))


for _name in ("logical_and", "logical_or", "logical_xor", "logical_not"):
    logical(_name, getattr(bl, _name))


@lowers(aten.frexp.Tensor)
def mantissa_and_exponent(node, x):
    return bl.frexp(x)


@lowers(aten.round.decimals)
def round_to(node, x, *, decimals):
    factor = 10.0 ** abs(decimals)
    return x if is_integer(result_dtype(node)) else bl.rint(x * factor) / factor if decimals > 0 else bl.rint(x / factor) * factor


def scaled(operation):
    def lowering(node, x, y, *, alpha=1):
        dtype = computation_dtype(node)
        other = cast(y, dtype)
        if alpha != 1:
            other = other * number(alpha, dtype) if not isinstance(other, bool) else bool(other and alpha)
        return cast(operation(array(x, dtype), other), result_dtype(node))
    return lowering


POINTWISE.update((*overloads("add"), *overloads("sub"), aten.where.self))
lowers(*overloads("add"))(scaled(operator.add))
lowers(*overloads("sub"))(scaled(operator.sub))


@lowers(aten.div.Tensor, aten.div.Scalar)
def divide(node, x, y):
    dtype = computation_dtype(node, KIND.INT_TO_FLOAT)
    return cast(array(x, dtype) / cast(y, dtype), result_dtype(node))


def truncated(x, y, dtype):
    return (x - bl.fmod(x, y)) // y if is_integer(dtype) else bl.trunc(x / y)


@lowers(aten.div.Tensor_mode, aten.div.Scalar_mode, fault=divides_by_zero)
def divide_rounding(node, x, y, *, rounding_mode=None):
    if rounding_mode is None:
        return divide(node, x, y)
    dtype = computation_dtype(node)
    x, y = array(x, dtype), cast(y, dtype)
    return cast(bl.floor_divide(x, y) if rounding_mode == "floor" else truncated(x, y, dtype), result_dtype(node))


POINTWISE.update((aten.div.Tensor, aten.div.Scalar, aten.div.Tensor_mode, aten.div.Scalar_mode))


def whole_power(x, y):
    """Of integers, negative powers too: they are 0 but for 1 and -1."""
    of_one = bl.where(x == 1, 1, bl.where(x == -1, bl.where(y % 2 == 0, 1, -1), 0))
    return bl.where(y < 0, bl.astype(of_one, x.dtype), bl.pow(x, bl.maximum(y, 0)))


# The exponents that PyTorch computes in other ways.
POWERS = {2.0: lambda x: x * x, 3.0: lambda x: x * x * x, 0.5: bl.sqrt, -0.5: lambda x: 1.0 / bl.sqrt(x),
          -1.0: lambda x: 1.0 / x, -2.0: lambda x: 1.0 / (x * x)}


@lowers(aten.pow.Tensor_Tensor, aten.pow.Tensor_Scalar, aten.pow.Scalar)
def power(node, x, y):
    dtype = computation_dtype(node, KIND.BOOL_TO_LONG)
    x, y = array(x, dtype), cast(y, dtype)
    if is_integer(dtype):
        result = whole_power(x, y) if isinstance(y, bl.Array) else bl.pow(x, y)
    elif not isinstance(y, bl.Array) and y in POWERS and result_dtype(node) in ("float32", "float64"):
        result = POWERS[y](x)
    else:
        result = bl.pow(x, array(y, dtype))  # a number would have NumPy's shortcuts
    return cast(result, result_dtype(node))


POINTWISE.update((aten.pow.Tensor_Tensor, aten.pow.Tensor_Scalar, aten.pow.Scalar))


@lowers(aten.clamp.default, aten.clamp.Tensor, aten.clamp_min.default, aten.clamp_min.Tensor)
def clamp(node, x, min=None, max=None):
    dtype = computation_dtype(node)
    x = array(x, dtype)
    if min is not None:
        x = bl.maximum(x, cast(min, dtype))
    return cast(x if max is None else bl.minimum(x, cast(max, dtype)), result_dtype(node))


@lowers(aten.clamp_max.default, aten.clamp_max.Tensor)
def clamp_max(node, x, max):
    return clamp(node, x, None, max)


@lowers(aten.where.self, aten.where.ScalarSelf, aten.where.ScalarOther, aten.where.Scalar)
def where(node, condition, x, y):
    dtype = result_dtype(node)
    return bl.where(cast(condition, "bool"), array(x, dtype), cast(y, dtype))


@lowers(aten.masked_fill.Scalar, aten.masked_fill.Tensor)
def masked_fill(node, x, mask, value):
    return where(node, mask, value, x)


@lowers(aten._to_copy.default, torch.ops.prims.convert_element_type.default)
def convert(node, x, *_, **__):
    return cast(x, result_dtype(node))


@lowers(aten.clone.default, aten.lift_fresh_copy.default, aten.alias_copy.default, aten.detach_copy.default)
def clone(node, x, **_):
    """Nothing writes to x: a part's results are never its arguments, and have the layout that PyTorch expects (kernel.py)."""
    return x


@lowers(aten.copy.default)
def copy(node, x, source, non_blocking=False):
    return bl.broadcast_to(cast(source, result_dtype(node)), x.shape)
