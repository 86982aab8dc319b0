"""Arrays' methods and operators, indices, and functions of dtypes."""

from stored.case import ALL, HALVES, case, either, fails, family, np, of

X = of("float64", 3, 5)
PROPERTIES = "T mT real imag dtype shape size ndim itemsize nbytes strides device".split()
WITHOUT_ARGUMENTS = """all any argmax argmin argsort conj conjugate copy cumprod cumsum diagonal flatten max mean min nonzero prod
ravel round squeeze std sum tobytes tolist trace transpose var __abs__ __copy__ __neg__ __pos__ __len__""".split()
WITH_ARGUMENTS = {"astype": ("int8",), "clip": (-1, 1), "compress": ([True, False, True], 0), "dot": ([1, 2, 3, 4, 5],),
                  "item": (2, 3), "repeat": (2, 1), "reshape": (5, 3), "swapaxes": (0, 1), "take": ([0, -1], 1),
                  "to_device": ("cpu",), "transpose": (1, 0), "__contains__": (7.0,), "__deepcopy__": ({},), "__pow__": (2,)}
ARITHMETIC = "add sub mul truediv floordiv mod pow divmod".split()
BITS = "and or xor lshift rshift".split()


@family
def methods():
    for name in PROPERTIES + WITHOUT_ARGUMENTS:
        for dtype in ("int16", "float64", "complex64"):
            either("Array." + name, of(dtype, 3, 5), norm=32)
    for name, arguments in WITH_ARGUMENTS.items():
        case("Array." + name, X, *arguments, norm=8)
    case("Array.argpartition", X, [0, 1, 2, 3, 4], by=lambda x, kth: np.argsort(x, stable=True))
    case("Array.searchsorted", np.sort(X[0]), [0, 1.5], "right")
    case("Array.__iter__", X)
    case("Array.__imatmul__", of("float64", 3, 3), of("float64", 3, 3), norm=16)
    case("Array.sum", X, axis=0, keepdims=True, norm=8)


@family
def numbers():
    for x in (np.array(3), np.array(True), np.array(2.5), np.array(7, "uint8"), np.array(1 + 2j)):
        for name in ("__int__", "__float__", "__complex__", "__bool__", "__index__", "item", "tolist"):
            either("Array." + name, x)
    for x in (np.array(37), np.array(2.5), np.array(-1.26, "float32")):
        for digits in ((), (1,), (-1,)):
            case("Array.__round__", x, *digits, by=lambda x, *digits: round(x[()], *digits))
    case("Array.ravel", X, "F")
    case("Array.flatten", X, "F")
    fails("Array.__bool__", X)
    fails("Array.__float__", X)


@family
def operators():
    for dtype in ("bool", "int8", "uint32", "float32", "float64", "complex128"):
        x, y = of(dtype, 3, 5), of(dtype, 3, 5, seed=2)
        y = abs(y) % 7 if y.dtype.kind in "iu" else y
        for name in ARITHMETIC + BITS:
            ulps = 512 if name == "pow" else 4 if dtype[0] == "c" else 0
            either(f"Array.__{name}__", x, y, ulps=ulps)
            either(f"Array.__r{name}__", y, 2, ulps=ulps)
            if name != "divmod":
                either(f"Array.__i{name}__", x.copy(), y, ulps=ulps)
        either("Array.__invert__", x)
        for name in "lt le gt ge eq ne".split():
            case(f"Array.__{name}__", x, y)
    for name in ("matmul", "rmatmul"):
        case(f"Array.__{name}__", X[:, :3], X[:, 1:4], norm=8)


@family
def indices():
    for key in [0, -1, (1, 2), slice(1, None), slice(None, None, -2), (slice(None), 1), (Ellipsis, 0), None, (None, 0, None, 1), (),
                (slice(2, 0, -1), slice(4, None, -3))]:
        case("Array.__getitem__", X, key)
    for key in [[2, 0], ([0, 1], [-1, 1]), (slice(None), [[0, 1], [3, 4]]), np.array([1, 1], "uint8"), X > 0, (X[:, 0] > 0, 1),
                (Ellipsis, [True, False, True, True, False]), (None, [1], 0), True, False, [], ([0, 2], slice(1, 3))]:
        case("Array.__getitem__", X, key)
    for key in (5, (0, 0, 0), "a", 1.5, [0, 3], [0.5], ([0, 1], [0, 1, 2]), [True, False]):
        fails("Array.__getitem__", X, key)


@family
def promotion():
    for a in ALL:
        for b in ALL:
            case("result_type", a, b)
            case("promote_types", a, b)
            for casting in ("safe", "same_kind"):
                case("can_cast", a, b, casting)
        case("result_type", of(a, 2), 2.5)
        for kind in ("bool", "integral", "real floating", "numeric", ("signed integer", "complex floating")):
            case("isdtype", np.dtype(a), kind, by=lambda dtype, kind: np.isdtype(dtype, kind))
    case("can_cast", "int8", "float32", "no")
    fails("result_type")


@family
def limits():
    for dtype in ALL[1:]:
        name = "iinfo" if np.dtype(dtype).kind in "iu" else "finfo"
        case(name, dtype)
        case(name, np.dtype(dtype))
    case("finfo", HALVES[1], by=lambda dtype: __import__("ml_dtypes").finfo(dtype))
    fails("iinfo", "float32")
    fails("finfo", "int8")


@family
def kinds():
    for x in (X, of("complex64", 2), of("int8", 2, 0)):
        for name in "ndim shape size iscomplexobj isrealobj isscalar min_scalar_type".split():
            case(name, x)
        either("common_type", x, of("float32", 1))
    for number in (3, -200, 2.5, 1e200, True, 1j):
        case("min_scalar_type", number)
        case("isscalar", number)
    case("real_if_close", of("float64", 3) + 0j)
    case("real_if_close", of("float64", 3) + 1j)
    for x, y in [(X, X), (X, X[0]), (X[:1], X[0])]:
        case("array_equiv", x, y)
    for pair in [("float32", "float64"), ("int8", "int8"), ("uint8", "int8")]:
        case("issubdtype", *pair)
    case("Array.__dlpack_device__", X)


@family
def accumulating():
    for name in "add subtract multiply divide maximum minimum fmax fmin less logical_or".split():
        case(name + ".at", X.copy(), ([0, 2, 0], [1, -1, 1]), np.array([1.0, 2.0, 3.0]))
    for name in ("bitwise_and", "bitwise_or", "bitwise_xor", "floor_divide"):
        case(name + ".at", of("int16", 4), [0, 0, -1], np.array([1, 2, 3]))
    case("add.at", X.copy(), slice(1, None), 1)
    case("add.at", X.copy(), X > 0, 1)
    case("negative.at", X.copy(), [0, 0, 1])
    fails("add.at", X.copy(), [9], 1)
    fails("negative.at", X.copy(), [0], 1)
    fails("add.at", X.copy(), [0])


@family
def memory():
    case("Array.fill", X.copy(), 3)
    case("Array.sort", X.copy(), 0)
    case("row_stack", [X, X], by=np.vstack)
    case("Array.partition", X.copy(), 2)
    case("put", X.copy(), [0, -1], 3)
    case("Array.put", X.copy(), [0, -1], 3)
    case("putmask", X.copy(), X > 0, 3)
    case("place", X.copy(), X > 0, [3])
    case("put_along_axis", X.copy(), np.array([[0, 1, 2, 0, 1]]), 3, 0)
    case("fill_diagonal", X.copy(), 3)
    case("require", X.T, "float32", "C")
    case("Array.__setitem__", X.copy(), (slice(1, None), 0), 3)
    case("Array.__setitem__", X.copy(), ([0, 2], [1, -1]), [3, 4])
    case("Array.__setitem__", X.copy(), X > 0, 0)
    case("Array.setflags", X.copy(), write=False)
    case("copyto", X.copy(), 3)
    either("Array.base", X.copy())
    case("shares_memory", X.copy(), X.copy())
    case("may_share_memory", X.copy(), X.copy())
    case("ascontiguousarray", X.T)
    case("asfortranarray", X, "float32")
    fails("Array.__setitem__", X.copy(), 9, 1)
    case("sliding_window_view", X, 2, 1, by=np.lib.stride_tricks.sliding_window_view)
    case("sliding_window_view", X, (2, 3), by=np.lib.stride_tricks.sliding_window_view)
    fails("sliding_window_view", X, 99, 1, by=np.lib.stride_tricks.sliding_window_view)
    fails("Array.fill", X.copy(), [1, 2])
