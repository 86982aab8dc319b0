"""Values that both processes of test_without_numpy.py know: packed arrays, and plain Python. Imports no NumPy."""

import collections
import struct

import broadloom as bl

Packed = collections.namedtuple("Packed", "dtype shape data")
DType = collections.namedtuple("DType", "name")
Raised = collections.namedtuple("Raised", "name")
Case = collections.namedtuple("Case", "function operands keywords expected ulps norm absolute errstate")

FORMATS = {"bool": "?", "int8": "b", "int16": "h", "int32": "i", "int64": "q", "uint8": "B", "uint16": "H", "uint32": "I",
           "uint64": "Q", "float16": "e", "bfloat16": "H", "float32": "f", "float64": "d", "complex64": "f", "complex128": "d"}
LIMITS = """bits eps epsneg max min smallest_normal smallest_subnormal tiny nmant machep negep iexp nexp minexp maxexp
precision""".split()


def packed(x):
    """A result of broadloom's, or a part of one."""
    if isinstance(x, bl.Array):
        return Packed(x.dtype.name, x.shape, x.tobytes())
    if isinstance(x, bl.random.Generator):
        return packed(x.random(3))
    return DType(x.name) if hasattr(x, "itemsize") else inside(x, packed)


def inside(x, pack):
    """What is no array and no dtype: `pack` of each item of a list or tuple, limits, and plain Python."""
    if hasattr(x, "bits"):
        return limits(x)
    if hasattr(x, "__next__"):
        x = list(x)
    return type(x)(map(pack, x)) if type(x) in (list, tuple) else tuple(map(pack, x)) if isinstance(x, tuple) else x


def limits(info):
    """What finfo and iinfo say."""
    return {name: float(getattr(info, name)) for name in LIMITS if hasattr(info, name)}


def unpacked(x):
    """An operand of broadloom's."""
    if isinstance(x, Packed):
        return bl.copy(bl.frombuffer(x.data, x.dtype).reshape(x.shape)) if x.data else bl.zeros(x.shape, x.dtype)
    if isinstance(x, DType):
        return getattr(bl, x.name)
    if isinstance(x, list | tuple):
        return type(x)(map(unpacked, x))
    return {key: unpacked(value) for key, value in x.items()} if isinstance(x, dict) else x


def numbers(x):
    """The elements of a packed array as Python's numbers."""
    letter = FORMATS[x.dtype]
    found = struct.unpack(f"<{len(x.data) // struct.calcsize(letter)}{letter}", x.data)
    if x.dtype == "bfloat16":
        return struct.unpack(f"<{len(found)}f", struct.pack(f"<{len(found)}I", *(bits << 16 for bits in found)))
    return list(map(complex, found[::2], found[1::2])) if x.dtype.startswith("complex") else found


def function_of(path):
    """broadloom's function or method: "sum", "linalg.inv", "Array.ravel"; "random.normal" is a new generator's method; text."""
    if path == "expression":
        return lambda text: eval(text, {"m": bl})  # noqa: S307: our own tables
    module, _, name = path.rpartition(".")
    if module == "random":
        return getattr(bl.random.default_rng(11), name)
    found = getattr(getattr(bl, module) if module else bl, name)
    return found if callable(found) else found.__get__


def result_of(case):
    """A call's result; that of one that returns nothing is what it changed."""
    operands, keywords = unpacked(case.operands), unpacked(case.keywords)
    with bl.errstate(**case.errstate):
        result = function_of(case.function)(*operands, **keywords)
        return packed(operands[0] if result is None else result)
