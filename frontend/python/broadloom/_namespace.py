"""What the Python array API standard asks of a namespace: its devices, dtypes and capabilities."""

from . import _core

_KINDS = {"bool": "bool", "signed integer": "int8 int16 int32 int64", "unsigned integer": "uint8 uint16 uint32 uint64",
          "real floating": "float32 float64", "complex floating": "complex64 complex128"}
_KINDS["integral"] = _KINDS["signed integer"] + " " + _KINDS["unsigned integer"]
_KINDS["numeric"] = " ".join(_KINDS[kind] for kind in ("integral", "real floating", "complex floating"))


def check_device(device):
    if device not in (None, "cpu"):
        raise ValueError(f"the only device is 'cpu', not {device!r}")


class __array_namespace_info__:  # noqa: N801: the standard's name
    """The standard's inspection functions, as numpy.__array_namespace_info__."""

    def capabilities(self):
        return {"boolean indexing": True, "data-dependent shapes": True, "max dimensions": 64}

    def default_device(self):
        return "cpu"

    def devices(self):  # a tuple since 2025.12; NumPy's is a list yet
        return ("cpu",)

    def default_dtypes(self, *, device=None):
        check_device(device)
        names = {"real floating": "float64", "complex floating": "complex128", "integral": "int64", "indexing": "int64"}
        return {kind: _core._dtype_of(name) for kind, name in names.items()}

    def dtypes(self, *, device=None, kind=None):
        check_device(device)
        kinds = ("bool", "numeric") if kind is None else kind if isinstance(kind, tuple) else (kind,)
        unknown = [each for each in kinds if each not in _KINDS]
        if unknown:
            raise ValueError(f"unsupported kind: {unknown[0]!r}")
        return {name: _core._dtype_of(name) for each in kinds for name in _KINDS[each].split()}
