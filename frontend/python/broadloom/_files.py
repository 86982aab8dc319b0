"""Arrays in files, as NumPy reads and writes them: .npy, .npz, text, plain bytes. Files are named by paths."""

import collections.abc
import os
import warnings

from . import _core


def _refuse(function, **given):
    for name, (value, default) in given.items():
        if value is not default and value != default:
            raise NotImplementedError(f"{function}: {name}={value!r} is not supported")


class NpzFile(collections.abc.Mapping):
    """The arrays of an .npz archive by name, each read when it is asked for. Open until `close` or the end of a `with`."""

    def __init__(self, file, max_header_size=10000):
        self._path = os.fspath(file)
        self._archive = _core._Npz(file)
        self._max_header_size = max_header_size
        self.files = list(dict.fromkeys(self._archive.names()))

    def __getitem__(self, key):
        name = key if key in self.files else str(key).removesuffix(".npy")
        if name not in self.files:
            raise KeyError(f"{key!r} is not in {self._path}")
        if self._archive is None:
            raise ValueError(f"{self._path}: the archive is closed")
        return self._archive.load(name, self._max_header_size)

    def __iter__(self):
        return iter(self.files)

    def __len__(self):
        return len(self.files)

    def __contains__(self, key):
        return key in self.files or str(key).removesuffix(".npy") in self.files

    def __repr__(self):
        return f"NpzFile {self._path!r} with keys: {', '.join(self.files)}"

    def close(self):
        self._archive = None

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        self.close()


def load(file, mmap_mode=None, allow_pickle=False, fix_imports=True, encoding="ASCII", *, max_header_size=10000):
    """The array of an .npy file, or an NpzFile. Pickled objects are refused whatever `allow_pickle` says.

    mmap_mode: None reads; 'r', 'r+' and 'c' map an .npy file as numpy.memmap does, so that only pages that are used are read.
    """
    if not _core._is_npz(file):
        return _core._load(file, mmap_mode, max_header_size)
    if mmap_mode is not None:
        raise NotImplementedError("load: members of an .npz cannot be mapped")
    return NpzFile(file, max_header_size)


def save(file, arr, allow_pickle=True, fix_imports=True):
    """Writes an .npy file, whose name gets ".npy" where it has not; the bytes are those of numpy.save.

    A complete file replaces an old one: an error or Ctrl-C leaves the old one.
    """
    _core._save(file, arr)


def _savez(function, file, args, kwargs, compressed):
    names = [f"arr_{i}" for i in range(len(args))]
    for name in names:
        if name in kwargs:
            raise ValueError(f"{function}: Cannot use un-named variables and keyword {name}")
    _core._savez(file, kwargs | dict(zip(names, args)), compressed)


def savez(file, *args, allow_pickle=True, **kwds):
    """Writes arrays into one .npz archive, by keyword or as arr_0, arr_1, ...; not compressed."""
    _savez("savez", file, args, kwds, False)


def savez_compressed(file, *args, allow_pickle=True, **kwds):
    """Writes arrays into one .npz archive, by keyword or as arr_0, arr_1, ...; deflated."""
    _savez("savez_compressed", file, args, kwds, True)


def _strings(given):
    if given is None:
        return []
    given = [given] if isinstance(given, (str, bytes)) else list(given)
    return [each.decode("latin1") if isinstance(each, bytes) else each for each in given]


def _table(source, options):
    """Of a path, a file object that is read, or lines."""
    if isinstance(source, (str, bytes, os.PathLike)):
        return _core._loadtxt(source, options)
    if hasattr(source, "read"):
        text = source.read()
        text = text.decode("latin1") if isinstance(text, bytes) else text
    else:
        lines = (line.decode("latin1") if isinstance(line, bytes) else line for line in source)
        text = "\n".join(line.rstrip("\r\n") for line in lines)
    return _core._parsetxt(text, options)


def _columns(usecols):
    return [usecols] if hasattr(usecols, "__index__") else usecols


def loadtxt(fname, dtype=float, comments="#", delimiter=None, converters=None, skiprows=0, usecols=None, unpack=False, ndmin=0,
            encoding=None, max_rows=None, *, quotechar=None, like=None):
    """Numbers in text, one row a line, from a path (gzip's too), a file object or lines.

    Errors name the line and the column. Memory: the result and a line. `encoding` does not matter to numbers.
    """
    _refuse("loadtxt", converters=(converters, None), quotechar=(quotechar, None), like=(like, None))
    options = {"dtype": dtype, "comments": _strings(comments), "delimiter": delimiter, "skiprows": skiprows,
               "usecols": _columns(usecols), "max_rows": max_rows, "ndmin": ndmin}
    table = _table(fname, options)
    if table.size == 0:
        warnings.warn(f'loadtxt: input contained no data: "{fname}"', stacklevel=2)
    return table.T if unpack else table


def genfromtxt(fname, dtype=float, comments="#", delimiter=None, skip_header=0, skip_footer=0, converters=None,
               missing_values=None, filling_values=None, usecols=None, names=None, excludelist=None,
               deletechars=" !#$%&'()*+,-./:;<=>?@[\\]^{|}~", replace_space="_", autostrip=False, case_sensitive=True,
               defaultfmt="f%i", unpack=None, usemask=False, loose=True, invalid_raise=True, max_rows=None, encoding=None, *,
               ndmin=0, like=None):
    """loadtxt for tables with gaps: what is no number, or one of `missing_values`, becomes `filling_values`, without it NaN,
    among integers -1. One missing text or more and one filling number for all columns; no names, no masks."""
    _refuse("genfromtxt", skip_footer=(skip_footer, 0), converters=(converters, None), names=(names, None),
            excludelist=(excludelist, None), usemask=(usemask, False), loose=(loose, True), invalid_raise=(invalid_raise, True),
            like=(like, None))
    if dtype is None or isinstance(missing_values, dict) or isinstance(filling_values, (dict, list, tuple)):
        raise NotImplementedError("genfromtxt: a dtype, and one filling value for all columns, are needed")
    if _core._dtype_of(dtype).kind == "b":
        raise NotImplementedError("genfromtxt: dtype bool is not supported")
    options = {"dtype": dtype, "comments": _strings(comments), "delimiter": delimiter, "skiprows": skip_header,
               "usecols": _columns(usecols), "max_rows": max_rows, "ndmin": ndmin,
               "missing": _strings(missing_values), "filling": filling_values}
    table = _table(fname, options)
    if table.size == 0:
        warnings.warn(f'genfromtxt: Empty input file: "{fname}"', stacklevel=2)
    return table.T if unpack else table


def savetxt(fname, X, fmt="%.18e", delimiter=" ", newline="\n", header="", footer="", comments="# ", encoding=None):  # noqa: N803
    """Writes an array of one or two axes as text, byte by byte as numpy.savetxt; compressed where the name ends in ".gz".

    fmt: one conversion of numbers for all columns, one for each in a sequence, or a text with all of them. '%s' is refused.
    """
    _refuse("savetxt", encoding=(encoding and encoding.lower() not in ("latin1", "utf-8", "utf8", "ascii") or None, None))
    formats = [fmt] if isinstance(fmt, str) else list(fmt)
    _core._savetxt(fname, X, formats, delimiter, newline, header, footer, comments)


def fromfile(file, dtype=float, count=-1, sep="", offset=0, *, like=None):
    """The plain bytes of a file as a one-dimensional array."""
    _refuse("fromfile", sep=(sep, ""), like=(like, None))
    return _core._fromfile(file, dtype, count, offset)


def memmap(filename, dtype="uint8", mode="r+", offset=0, shape=None, order="C"):
    """The plain bytes of a file as an array in its memory: 'r' read-only, 'r+' and 'w+' (a new file) write to the file, 'c'
    keeps writes in memory. The mapping is released with the last array that uses it."""
    if order not in ("C", "F"):
        raise ValueError(f"memmap: order must be 'C' or 'F', not {order!r}")
    return _core._memmap(filename, dtype, mode, offset, shape, order == "F")
