"""Random numbers: the stream is the same whether or not NumPy is there."""

from stored.case import case, fails, family, np

METHODS = {"uniform": (0, 2), "normal": (1, 2), "exponential": (2,), "standard_gamma": (0.5,), "gamma": (2.5, 2), "beta": (2, 3),
           "poisson": (20,), "lognormal": (0, 1), "laplace": (0, 1), "logistic": (0, 1), "gumbel": (0, 1), "pareto": (3,),
           "power": (2,), "rayleigh": (1,), "weibull": (2,), "chisquare": (3,), "f": (3, 5), "standard_t": (4,), "vonmises": (0, 2),
           "wald": (1, 2), "noncentral_chisquare": (3, 1), "noncentral_f": (3, 5, 1), "binomial": (10, 0.3), "geometric": (0.2,),
           "zipf": (3,), "logseries": (0.5,), "negative_binomial": (3, 0.4), "hypergeometric": (7, 8, 5), "triangular": (0, 1, 3),
           "random": (), "standard_normal": (), "standard_exponential": (), "standard_cauchy": (), "integers": (-5, 100)}


@family
def distributions():
    for name, parameters in METHODS.items():
        case("random." + name, *parameters, size=(3, 4))
        if parameters:
            case("random." + name, [parameters[0]] * 2, *parameters[1:])
    for name in ("random", "standard_normal", "standard_exponential"):
        case("random." + name, 5, "float32")


@family
def integers():
    for dtype, high in [("bool", 2), ("int8", 100), ("uint8", 256), ("int32", 2**31), ("uint64", 2**64)]:
        case("random.integers", 0, high, 7, dtype)
        case("random.integers", 0, [high - 1, high // 2], dtype=dtype)
    case("random.integers", [0, 5], [5, 9], endpoint=True)
    case("random.integers", [0.5, True], [[5], [9.5]])
    fails("random.integers", 5, 5)
    fails("random.integers", [0], [300], dtype="uint8")
    fails("random.integers", [0], [2**70])


@family
def choices():
    for name in ("choice", "permutation"):
        case("random." + name, 10)
        case("random." + name, [1, 5, 7])
        case("random." + name, np.arange(12.0).reshape(3, 4), axis=1)
    case("random.choice", 100, (2, 5), False)
    case("random.choice", 3, 9, p=[0.5, 0, 0.5])
    for axis in (None, 0, 1):
        case("random.permuted", np.arange(12.0).reshape(3, 4), axis=axis)
    case("random.shuffle", [1, 2, 3, 4, 5])
    case("random.bytes", 10)
    case("random.spawn", 2)


@family
def vectors():
    case("random.multinomial", 20, [0.2, 0.3, 0.5], (2, 2))
    case("random.multinomial", [5, 6], [[0.5, 0.5], [0.1, 0.9]])
    case("random.dirichlet", [1, 2, 3], 4)
    for method in ("marginals", "count"):
        case("random.multivariate_hypergeometric", [3, 4, 5], 6, 4, method=method)
    for method in ("svd", "eigh", "cholesky"):
        case("random.multivariate_normal", [0, 1], [[2, 0.5], [0.5, 1]], 3, method=method)
    fails("random.multivariate_normal", [0, 0], [[1, 2], [2, 1]], check_valid="raise")
