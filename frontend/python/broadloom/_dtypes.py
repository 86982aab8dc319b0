"""Element types where NumPy is not installed. Where it is, dtypes are NumPy's own."""

_KINDS = {"bool": "b", "int": "i", "uint": "u", "float": "f", "bfloat": "f", "complex": "c"}
_PYTHON = {bool: "bool", int: "int64", float: "float64", complex: "complex128"}


class dtype:
    """The type of an array's elements: `name` as NumPy spells it, `kind` one of b i u f c, `itemsize` in bytes."""

    def __init__(self, name):
        letters = name.rstrip("0123456789")
        self.name = name
        self.kind = _KINDS[letters]
        self.itemsize = int(name[len(letters):] or 8) // 8

    def __eq__(self, other):
        return self.name == (_PYTHON[other] if isinstance(other, type) and other in _PYTHON else getattr(other, "name", other))

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


class iinfo:
    """The limits of an integer dtype."""

    def __init__(self, name):
        self.dtype = dtype(name)
        self.kind = self.dtype.kind
        self.bits = 8 * self.dtype.itemsize
        self.max = 2 ** (self.bits - (self.kind == "i")) - 1
        self.min = -self.max - 1 if self.kind == "i" else 0
