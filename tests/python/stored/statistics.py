"""Quantiles, histograms, interpolation, differences, covariances, convolutions."""

from stored.case import ALL, COMPLEX, case, either, fails, family, np, of

METHODS = ["inverted_cdf", "averaged_inverted_cdf", "closest_observation", "interpolated_inverted_cdf", "hazen", "weibull",
           "linear", "median_unbiased", "normal_unbiased", "lower", "higher", "midpoint", "nearest"]
X, LINE, WEIGHTS = of("float64", 3, 4, 5), of("float64", 40), abs(of("float64", 40, seed=4))
WITH_NANS = np.where(X > 4, np.nan, X)


@family
def cumulative_sums_of_exponentials():
    for dtype in ("int8", "float16", "float32", "float64"):
        case("logcumsumexp", of(dtype, 4, 5), axis=1, by=lambda x, axis: np.logaddexp.accumulate(x, axis), ulps=8)


@family
def quantiles():
    for method in METHODS:
        for q in (0.3, [0.1, 0.5, 1]):
            case("quantile", LINE, q, method=method, norm=8)
            case("percentile", X, np.multiply(q, 100), axis=1, method=method, norm=8)
            case("nanquantile", WITH_NANS, q, axis=(0, 2), method=method, keepdims=True, norm=8)
        case("nanpercentile", WITH_NANS, [20, 70], axis=1, method=method, norm=8)
    for dtype in ALL:
        either("quantile", of(dtype, 3, 9), 0.4, axis=1, norm=8)
    case("quantile", LINE, [0.2, 0.9], weights=WEIGHTS, method="inverted_cdf")
    case("median", X, axis=(0, 1), out=np.zeros(5), norm=8)
    fails("quantile", LINE, 1.5)
    fails("percentile", LINE, 50, method="x")


@family
def averages():
    case("average", LINE, weights=WEIGHTS, norm=8)
    case("average", X, axis=1, weights=WEIGHTS[:4], returned=True, norm=8)
    case("average", of("int8", 3, 4), axis=0, returned=True, keepdims=True, norm=8)
    fails("average", LINE, weights=WEIGHTS[:3])
    fails("average", LINE, weights=WEIGHTS * 0)


@family
def histograms():
    for name in ("histogram", "histogram_bin_edges"):
        for bins in (1, 7, [-5, 0, 0.5, 5], "auto", "fd", "doane", "scott", "stone", "rice", "sturges", "sqrt"):
            case(name, LINE, bins, norm=8)
        case(name, LINE, 5, range=(-1.5, 2.5), norm=8)
        case(name, of("int8", 40), 6)
        fails(name, LINE, 0)
    case("histogram", LINE, 4, density=True, norm=8)
    case("histogram", LINE, 4, weights=WEIGHTS, norm=8)
    for how in ({}, {"density": True}, {"weights": WEIGHTS}, {"range": [(-1, 1), (-2, 2)]}):
        case("histogram2d", LINE, LINE[::-1].copy(), [3, 4], norm=8, **how)
        case("histogramdd", LINE.reshape(20, 2), (2, 3), norm=8, **({} if "weights" in how else how))


@family
def counting():
    x = np.arange(30) ** 2 % 7
    for dtype in ("int64", "uint8", "bool"):
        case("bincount", x.astype(dtype))
    case("bincount", x, weights=WEIGHTS[:30], minlength=12, norm=8)
    fails("bincount", np.array([-1]))
    for right in (False, True):
        case("digitize", LINE, np.array([-2, 0, 0.5, 3]), right=right)
        case("digitize", x, np.array([5, 3, 1]), right=right)


@family
def interpolation():
    xp = np.sort(WEIGHTS)
    for how in ({}, {"left": 5}, {"right": -7.5}, {"period": 0.7}):
        case("interp", LINE, xp, LINE, norm=16, **how)
        case("interp", LINE, xp, LINE + 1j * WEIGHTS, norm=16, **how)
    case("interp", 0.5, [0, 1], [2, 3])
    fails("interp", LINE, xp, LINE[:3])
    case("trapezoid", X, axis=1, norm=8)
    case("trapezoid", X, np.array([0, 1, 4, 5, 7]), norm=8)
    case("trapezoid", of("int8", 7), dx=0.25, norm=8)


@family
def differences():
    for dtype in ALL:
        either("diff", of(dtype, 3, 6), n=2, ulps=4 if dtype in COMPLEX else 0)
        either("ediff1d", of(dtype, 6))
    case("diff", X, axis=0, prepend=0, append=X[:1])
    case("ediff1d", np.arange(4), 5, [1, 2])
    for edge_order in (1, 2):
        case("gradient", X, edge_order=edge_order, norm=8)
        case("gradient", X, 0.5, np.array([0, 1, 4, 5.0]), 2, edge_order=edge_order, norm=8)
        case("gradient", of("float32", 5, 6), axis=1, edge_order=edge_order, norm=8)
    case("gradient", of("int16", 9), norm=8)
    fails("gradient", X[:1], axis=0)


@family
def covariances():
    m, y, f = X.reshape(3, 20), of("float64", 2, 20, seed=9), np.arange(20) % 4
    for how in ({}, {"bias": True}, {"ddof": 0}, {"rowvar": False}, {"fweights": f}, {"aweights": WEIGHTS[:20]},
                {"dtype": "float32"}):
        case("cov", m, norm=64, **how)
    case("cov", m, y, norm=64)
    case("cov", m * 1j, y, norm=64)
    for operands in ((m,), (m, y), (m[0],), (of("int32", 3, 7),)):
        case("corrcoef", *operands, norm=64)


@family
def convolutions():
    for name in ("convolve", "correlate"):
        for dtype in ALL:
            for mode in ("valid", "same", "full"):
                case(name, of(dtype, 12), of(dtype, 5, seed=2), mode, norm=32)
        case(name, of("int8", 5), of("float32", 9), "full", norm=32)
        fails(name, [], [1])
