"""Element types where NumPy is not installed. Where it is, dtypes are NumPy's own."""

_KINDS = {"bool": "b", "int": "i", "uint": "u", "float": "f", "bfloat": "f", "complex": "c"}
_PYTHON = {bool: "bool", int: "int64", float: "float64", complex: "complex128"}
_NAMES = "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 complex64 complex128".split()
# NumPy's other spellings: codes as "f8" and its letters, C's and Python's names.
_SPELLINGS = dict(zip("b1 i1 i2 i4 i8 u1 u2 u4 u8 f2 f4 f8 c8 c16".split(), _NAMES)) | dict(zip("?bhilBHILefdFD", _NAMES)) | {
    "q": "int64", "Q": "uint64", "int": "int64", "uint": "uint64", "float": "float64", "complex": "complex128", "half": "float16",
    "single": "float32", "double": "float64"}


class dtype:
    """The type of an array's elements: `name` as NumPy spells it, `kind` one of b i u f c, `itemsize` in bytes."""

    def __init__(self, name):
        letters = name.rstrip("0123456789")
        self.name = name
        self.kind = _KINDS[letters]
        self.itemsize = int(name[len(letters):] or 8) // 8

    def __eq__(self, other):
        if isinstance(other, str):
            return self.name == _SPELLINGS.get(other.lstrip("=<|"), other)  # byte orders that are the machine's
        if isinstance(other, type):
            return self.name == _PYTHON.get(other)
        return self.name == getattr(other, "name", other)

    def __hash__(self):
        return hash(self.name)

    def __repr__(self):
        return f"dtype('{self.name}')"


class generic:
    """Abstract types, for issubdtype: `kinds` are the dtypes' that belong to them."""

    kinds = "biufc"


class number(generic):
    kinds = "iufc"


class integer(number):
    kinds = "iu"


class signedinteger(integer):
    kinds = "i"


class unsignedinteger(integer):
    kinds = "u"


class inexact(number):
    kinds = "fc"


class floating(inexact):
    kinds = "f"


class complexfloating(inexact):
    kinds = "c"


_FLOATS = {  # bits, digits of the mantissa, largest exponent, smallest exponent of normal numbers
    "float16": (16, 11, 15, -14), "bfloat16": (16, 8, 127, -126), "float32": (32, 24, 127, -126),
    "float64": (64, 53, 1023, -1022)}


class finfo:
    """The limits of a float dtype; of a complex one, those of its parts."""

    def __init__(self, name):
        name = {"complex64": "float32", "complex128": "float64"}.get(name, name)
        self.bits, digits, largest, smallest = _FLOATS[name]
        self.dtype = dtype(name)
        self.eps = 2.0 ** (1 - digits)
        self.epsneg = 2.0 ** -digits
        self.max = (2.0 - self.eps) * 2.0 ** largest
        self.min = -self.max
        self.smallest_normal = self.tiny = 2.0 ** smallest
        self.smallest_subnormal = 2.0 ** (smallest - digits + 1)
        self.nmant, self.machep, self.negep = digits - 1, 1 - digits, -digits
        self.iexp = self.nexp = self.bits - digits
        self.minexp, self.maxexp = smallest, largest + 1
        self.precision = int(self.nmant * 0.30103)
        self.resolution = 10.0 ** -self.precision

    def __repr__(self):
        return f"finfo(resolution={self.resolution}, min={self.min}, max={self.max}, dtype={self.dtype.name})"


class iinfo:
    """The limits of an integer dtype."""

    def __init__(self, name):
        self.dtype = dtype(name)
        self.kind = self.dtype.kind
        self.bits = 8 * self.dtype.itemsize
        self.max = 2 ** (self.bits - (self.kind == "i")) - 1
        self.min = -self.max - 1 if self.kind == "i" else 0

    def __repr__(self):
        return f"iinfo(min={self.min}, max={self.max}, dtype={self.dtype.name})"
