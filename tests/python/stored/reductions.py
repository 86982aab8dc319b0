"""Reductions and cumulative functions: axes, keywords, dtypes; the nan- family."""

from stored.case import COMPLEX, FLOATS, HALVES, SOME, case, either, fails, family, np, of

PLAIN = ["sum", "prod", "mean", "var", "std", "min", "max", "any", "all"]
OF_NANS = ["nansum", "nanprod", "nanmin", "nanmax", "nanmean", "nanvar", "nanstd", "nanmedian", "nanargmin", "nanargmax",
           "nancumsum", "nancumprod"]
X = of("float64", 3, 4, 5)
WITH_NANS = np.where(of("bool", 3, 4, 5), np.nan, X)
WITH_NANS[0] = X[0]
AXES = [None, 0, -1, (0, 2), (), (0, 1, 2)]


@family
def axes_and_keepdims():
    for name in PLAIN + ["median", "ptp", "count_nonzero", "average"]:
        for axis in AXES:
            case(name, X, axis=axis, keepdims=True, norm=16)
        case(name, X, axis=1, norm=16)
        fails(name, X, axis=3)
    for name in ("argmin", "argmax"):
        for axis in (None, 0, -1):
            case(name, X, axis=axis, keepdims=True)


@family
def dtypes():
    for name in ("median", "ptp", "count_nonzero", "average", "nansum", "nanmean", "nanstd", "nanmax", "nanargmin", "cumsum",
                 "cumprod", "nancumsum", "argmin"):
        for dtype in SOME + COMPLEX:
            either(name, of(dtype, 4, 6), axis=1, norm=32)


@family
def keywords():
    for dtype in ("int8", "float32", "complex64"):
        x, mask = of(dtype, 4, 6), of("bool", 4, 6)
        for name in ("sum", "prod"):
            case(name, x, initial=3, norm=16)
            case(name, x, axis=1, where=mask, initial=2, norm=16)
            case(name, x, axis=0, dtype="complex128", norm=16)
            case(name, x, axis=0, out=np.zeros(6, "complex128"), norm=16)
        case("mean", x, axis=1, where=mask | (np.arange(6) == 0), norm=16)
        case("var", x, 1, ddof=1, norm=64)
        case("std", x, 1, correction=2, keepdims=True, norm=64)
        case("any", x, 1, where=mask)
        case("all", x, 1, out=np.zeros(4, bool))


@family
def extrema_with_keywords():
    for name in ("min", "max"):
        case(name, X, axis=1, initial=0.5)
        case(name, X, axis=1, initial=0.5, where=X > 0)
        case(name, np.zeros((0, 3)), axis=0, initial=2)
        fails(name, np.zeros((0, 3)), axis=0)
    case("argmax", X, axis=1, out=np.zeros((3, 5), int))
    fails("sum", X, axis=(0, 0))
    fails("sum", X, axis=1, out=np.zeros(3))


@family
def of_nans():
    for name in OF_NANS:
        for axis in (None, 0, 1):
            either(name, WITH_NANS, axis=axis, norm=16)
            either(name, WITH_NANS.astype("float32"), axis=axis, norm=16)
        case(name, X[0], axis=1, norm=16)
    fails("nanargmax", np.full((2, 2), np.nan), axis=1)
    case("nanvar", WITH_NANS, axis=1, ddof=1, norm=16)
    case("nansum", WITH_NANS, axis=(0, 2), keepdims=True, initial=5, norm=16)
    case("nanmean", WITH_NANS, axis=0, where=X > -3, norm=16)


@family
def cumulative():
    for name in ("cumsum", "cumprod"):
        for dtype in ("bool", "int8", "uint16", "float16", "float32", "complex128"):
            for axis in (None, 0, 1):
                case(name, of(dtype, 3, 5), axis=axis, ulps=8 if dtype in COMPLEX else 0)
        case(name, of("int8", 3, 5), axis=1, dtype="float32")
        case(name, of("float64", 3, 5), axis=1, out=np.zeros((3, 5)))
    for name in ("cumulative_sum", "cumulative_prod"):
        case(name, X, axis=1)
        case(name, X, axis=-1, include_initial=True, dtype="float32")
    for dtype in ("int8", "uint64", "float16", "float32", "float64"):
        case("cumulative_max", of(dtype, 3, 5), 1, by=np.maximum.accumulate)
        case("cumulative_min", of(dtype, 3, 5), 0, by=np.minimum.accumulate)


@family
def halves():
    """In float32, rounded once."""
    for half in HALVES:
        x = of(half, 5, 30)
        for name in ("sum", "mean", "var", "std", "min", "max", "prod"):
            case(name, x, axis=1, by=lambda x, axis: getattr(np, name)(x.astype("float32"), axis).astype(x.dtype), ulps=1)
        case("argmax", x, axis=1, by=lambda x, axis: np.argmax(x.astype("float32"), axis))
        case("any", x, axis=1, by=lambda x, axis: np.any(x.astype("float32"), axis))


def softmax(x, axis=None):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


@family
def soft_extrema():
    for dtype in FLOATS[1:]:
        for axis in (None, 1):
            x = X.astype(dtype)
            case("softmax", x, axis=axis, by=softmax, norm=16)
            case("log_softmax", x, axis=axis, by=lambda x, axis: np.log(softmax(x, axis)), norm=16)
            case("logsumexp", x, axis=axis, by=lambda x, axis: np.log(np.exp(x).sum(axis)), norm=16)
