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
