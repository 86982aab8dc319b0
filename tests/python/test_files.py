"""Arrays in files beside NumPy: bytes that are written, values that are read, errors, what is released."""

import gzip
import io
import os
import pathlib
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import warnings
import zipfile

import ml_dtypes
import numpy as np
import pytest

import broadloom as bl

DTYPES = ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32", "float64",
          "complex64", "complex128"]
SHAPES = [(), (0,), (1,), (7,), (3, 4), (4, 1), (0, 3), (2, 3, 5), (1, 1, 1, 2), (300, 1001)]


def sample(dtype, shape, order="C"):
    count = int(np.prod(shape))
    rng = np.random.default_rng(count)
    numbers = rng.integers(0, 2 if dtype == "bool" else 200, count) - (30 if dtype in ("int16", "float64") else 0)
    values = numbers.astype(dtype)
    if values.dtype.kind == "c":
        values = values + np.asarray(1j * rng.standard_normal(count), dtype)
    return np.asarray(values.reshape(shape), order=order)


def same(ours, numpys):
    ours = np.asarray(ours)
    assert (ours.dtype, ours.shape) == (numpys.dtype, numpys.shape)
    np.testing.assert_array_equal(ours, numpys)


# --- .npy ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("dtype", DTYPES)
def test_saved_bytes_are_numpys_and_loaded_values_too(dtype, tmp_path):
    ours, numpys = tmp_path / "ours.npy", tmp_path / "numpys.npy"
    for shape in SHAPES:
        for order in "CF":
            values = sample(dtype, shape, order)
            bl.save(ours, bl.asarray(values))
            np.save(numpys, values)
            assert ours.read_bytes() == numpys.read_bytes(), (shape, order)
            same(np.load(ours), values)
            read = bl.load(numpys)
            same(read, values)
            assert read.strides == np.load(numpys).strides or values.size == 0
            assert read.flags.writeable


@pytest.mark.parametrize("dtype", DTYPES)
def test_views_and_pending_arrays_are_saved_as_numpy_saves_them(dtype, tmp_path):
    ours, numpys = tmp_path / "ours.npy", tmp_path / "numpys.npy"
    values = sample(dtype, (700, 301))
    x = bl.asarray(values)
    views = [lambda a: a.T, lambda a: a[::2, ::-1], lambda a: a[5], lambda a: a[:, 3], lambda a: a[3, 4], lambda a: a[None, ::3],
             lambda a: a.reshape(7, 100, 301).transpose(2, 0, 1)]
    for view in views:
        bl.save(ours, view(x))
        np.save(numpys, view(values))
        assert ours.read_bytes() == numpys.read_bytes()
    for pending, result in ((x & x, values & values) if values.dtype.kind in "biu" else (x + x, values + values),
                            ((x == x).T, (values == values).T)):
        bl.save(ours, pending)
        np.save(numpys, result)
        assert ours.read_bytes() == numpys.read_bytes()


def test_bfloat16(tmp_path):
    path = tmp_path / "x.npy"
    values = np.arange(6, dtype=ml_dtypes.bfloat16).reshape(2, 3)
    np.save(tmp_path / "numpys.npy", values)
    bl.save(path, bl.asarray(values))
    assert path.read_bytes() == (tmp_path / "numpys.npy").read_bytes()
    assert bl.load(path).dtype == ml_dtypes.bfloat16
    same(bl.load(path), values)


def test_the_other_byte_order_and_the_other_formats(tmp_path):
    path = tmp_path / "x.npy"
    for dtype in DTYPES:
        values = sample(dtype, (3, 5), "F")
        for version in ((1, 0), (2, 0), (3, 0)):
            with open(path, "wb") as file, warnings.catch_warnings():
                warnings.simplefilter("ignore")
                np.lib.format.write_array(file, values.astype(values.dtype.newbyteorder(">")), version)
            same(bl.load(path), values)
    with pytest.raises(NotImplementedError, match="x.npy.*not mapped"):
        bl.load(path, mmap_mode="r")


def test_names_of_files(tmp_path):
    bl.save(tmp_path / "x", bl.ones(2))
    assert os.listdir(tmp_path) == ["x.npy"]
    same(bl.load(os.fsencode(tmp_path / "x.npy")), np.ones(2))
    bl.save(str(tmp_path / "\udcff.npy"), [1, 2])  # what is no UTF-8
    same(bl.load(tmp_path / "\udcff.npy"), np.array([1, 2]))
    for wrong in (io.BytesIO(), 3, None):
        with pytest.raises(TypeError):
            bl.load(wrong)
        with pytest.raises(TypeError):
            bl.save(wrong, bl.ones(2))


def npy(header, data=b"", version=b"\1\0", length=None):
    text = header.encode() if isinstance(header, str) else header
    size = struct.pack("<H" if version[0] == 1 else "<I", len(text) if length is None else length)
    return b"\x93NUMPY" + version + size + text + data


def dictionary(descr="'<f8'", order="False", shape="(2,)"):
    return f"{{'descr': {descr}, 'fortran_order': {order}, 'shape': {shape}, }}\n"


DATA = np.ones(2).tobytes()
# Contents, the error, what it says.
HOSTILE = {
    "empty": (b"", ValueError, "ends within its magic"),
    "magic": (b"\x93NUMPX\1\0", ValueError, "does not begin"),
    "pickle": (b"\x80\x04\x95\x10\0\0\0\0\0\0\0", ValueError, "does not begin"),
    "version": (npy(dictionary(), DATA, b"\4\0"), NotImplementedError, "version 4.0"),
    "short header": (npy(dictionary(), length=500), ValueError, "ends within its header"),
    "long header": (npy(dictionary() + " " * 20000, DATA), ValueError, "max_header_size"),
    "claimed header": (npy(dictionary(), DATA, b"\2\0", length=2**32 - 1), ValueError, "max_header_size"),
    "no dict": (npy("[1, 2]"), ValueError, "'{' is missing"),
    "not ended": (npy("{'descr': '<f8'"), ValueError, "missing"),
    "string not ended": (npy("{'descr"), ValueError, "does not end"),
    "no shape": (npy("{'descr': '<f8', 'fortran_order': False}"), ValueError, "missing"),
    "another key": (npy(dictionary()[:-2] + "'x': 1}"), ValueError, "key 'x'"),
    "twice": (npy(dictionary()[:-2] + "'shape': (2,)}"), ValueError, "twice"),
    "behind": (npy(dictionary() + "x"), ValueError, "follows the dict"),
    "call": (npy(dictionary(shape="(int('2'),)")), ValueError, "extent"),
    "order": (npy(dictionary(order="1")), ValueError, "fortran_order"),
    "shape no tuple": (npy(dictionary(shape="(2)"), DATA), ValueError, "not a tuple"),
    "negative": (npy(dictionary(shape="(-2,)"), DATA), ValueError, "extent of the shape is -2"),
    "float": (npy(dictionary(shape="(2.0,)"), DATA), ValueError, "extent|tuple"),
    "huge": (npy(dictionary(shape="(1000000000000,)"), DATA), ValueError, "more than the 16 bytes"),
    "beyond 64 bits": (npy(dictionary(shape="(99999999999999999999,)"), DATA), ValueError, "extent"),
    "product": (npy(dictionary(shape="(4294967296, 4294967296, 4294967296)"), DATA), ValueError, "more than"),
    "axes": (npy(dictionary(shape="(" + "1, " * 65 + ")"), DATA), NotImplementedError, "64 axes"),
    "truncated": (npy(dictionary(shape="(3,)"), DATA), ValueError, "more than the 16 bytes"),
    "objects": (npy(dictionary("'|O'"), DATA), NotImplementedError, "pickled objects"),
    "records": (npy(dictionary("[('a', '<f8')]"), DATA), NotImplementedError, "records"),
    "text": (npy(dictionary("'<U4'"), DATA), NotImplementedError, "text"),
    "bytes": (npy(dictionary("'|S8'"), DATA), NotImplementedError, "text"),
    "dates": (npy(dictionary("'<M8[ns]'"), DATA), NotImplementedError, "dates"),
    "void": (npy(dictionary("'|V2'"), DATA), NotImplementedError, "records"),
    "long double": (npy(dictionary("'<f16'"), DATA), NotImplementedError, "no dtype"),
    "no order": (npy(dictionary("'|f8'"), DATA), ValueError, "no byte order"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_headers_are_errors_that_name_the_file(name, tmp_path):
    contents, error, message = HOSTILE[name]
    path = tmp_path / "hostile.npy"
    path.write_bytes(contents)
    for mode in (None, "r"):
        with pytest.raises(error, match=rf"hostile\.npy: .*({message})"):
            bl.load(path, mmap_mode=mode)


def test_what_numpy_reads_of_odd_headers(tmp_path):
    path = tmp_path / "x.npy"
    for text in (dictionary(shape="(2L,)"), dictionary("'=f8'"), dictionary("'f8'"), dictionary().replace("'", '"'),
                 "{'shape': (2,), 'descr': '<f8', 'fortran_order': False}", dictionary() + "  \n"):
        path.write_bytes(npy(text, DATA + b"further"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            same(bl.load(path), np.load(path))
    path.write_bytes(npy(dictionary("'|b1'"), b"\0\2"))
    same(bl.load(path) & True, np.array([False, True]))
    path.write_bytes(npy(dictionary(shape="(0, 4294967296, 4294967296, 4294967296)")))
    assert bl.load(path).size == 0


def test_errors_of_the_system(tmp_path):
    with pytest.raises(FileNotFoundError) as error:
        bl.load(tmp_path / "none.npy")
    assert error.value.filename == str(tmp_path / "none.npy") and "No such file" in str(error.value)
    with pytest.raises(IsADirectoryError):
        bl.load(tmp_path)
    with pytest.raises(FileNotFoundError):
        bl.save(tmp_path / "none" / "x.npy", bl.ones(2))
    with pytest.raises(OSError, match="No space left"):
        bl.ones(10**6).tofile("/dev/full")
    with pytest.raises(ValueError, match="null"):
        bl.load("x\0y")
    os.mkfifo(tmp_path / "pipe")
    keep = os.open(tmp_path / "pipe", os.O_RDWR)
    os.write(keep, npy(dictionary(), DATA))
    with pytest.raises(ValueError, match="not a regular file"):
        bl.load(tmp_path / "pipe")
    os.close(keep)
    assert os.listdir(tmp_path) == ["pipe"]


def test_files_that_may_not_be_written():
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "x.npy"
        path.write_bytes(b"old")
        path.chmod(0o444)
        os.chmod(folder, 0o777)
        drop = "os.setgid(65534); os.setuid(65534)" if os.geteuid() == 0 else "pass"  # root may write everywhere
        program = f"import os, broadloom as bl; {drop}\ntry: bl.save({str(path)!r}, [1.0])\n" \
                  "except PermissionError as error: print('refused', error.filename)"
        run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
        assert run.stdout == f"refused {path}\n", run.stderr
        assert path.read_bytes() == b"old" and os.listdir(folder) == ["x.npy"]


def test_links_and_modes_of_files_stay(tmp_path):
    real = tmp_path / "real.npy"
    real.write_bytes(b"old")
    real.chmod(0o640)
    (tmp_path / "link.npy").symlink_to(real)
    bl.save(tmp_path / "link.npy", [1.0])
    assert (tmp_path / "link.npy").is_symlink() and real.stat().st_mode & 0o777 == 0o640
    same(np.load(real), np.array([1.0]))
    umask = os.umask(0o027)
    bl.save(tmp_path / "new.npy", [1.0])
    os.umask(umask)
    assert (tmp_path / "new.npy").stat().st_mode & 0o777 == 0o640


def test_the_budget_is_asked(tmp_path):
    np.save(tmp_path / "x.npy", np.ones(10**6))
    with bl.memory_budget(1000), pytest.raises(bl.MemoryBudgetError):
        bl.load(tmp_path / "x.npy")
    with bl.memory_budget(1000):
        assert bl.load(tmp_path / "x.npy", mmap_mode="r").shape == (10**6,)


def test_what_does_not_fit_is_saved_by_pieces(tmp_path):
    values = np.arange(5 * 2**20, dtype="f8").reshape(1024, -1)
    np.save(tmp_path / "x.npy", values)
    np.save(tmp_path / "numpys.npy", (values * 2 + 1).T)
    x = bl.load(tmp_path / "x.npy", mmap_mode="r")
    with bl.memory_budget(36 * 2**20):
        with pytest.raises(bl.MemoryBudgetError):
            bl.eval(x * 2 + 1)
        bl.save(tmp_path / "ours.npy", (x * 2 + 1).T)
    assert (tmp_path / "ours.npy").read_bytes() == (tmp_path / "numpys.npy").read_bytes()


def test_an_interrupted_save_leaves_the_old_file(tmp_path):
    path = tmp_path / "x.npy"
    bl.save(path, [1, 2, 3])
    x = bl.ones((16, 2**20))
    bl.eval(x)
    timer = threading.Timer(0.02, os.kill, (os.getpid(), signal.SIGINT))
    with pytest.raises(KeyboardInterrupt):
        timer.start()
        while True:  # the signal comes during a save, most likely the first one
            bl.save(path, x)
    timer.join()
    assert os.listdir(tmp_path) == ["x.npy"]
    assert np.load(path).shape in ((3,), x.shape)


# --- mappings -----------------------------------------------------------------------------------------------------------
def mapped(path):
    return pathlib.Path("/proc/self/maps").read_text().count(str(path))


def opened(path):
    links = (pathlib.Path("/proc/self/fd") / each for each in os.listdir("/proc/self/fd"))
    return sum(os.path.lexists(each) and os.readlink(each) == str(path) for each in links)


@pytest.mark.parametrize("order", "CF")
def test_mapped_files(order, tmp_path):
    path = tmp_path / "x.npy"
    values = sample("float64", (30, 1000), order)
    np.save(path, values)
    x = bl.load(path, mmap_mode="r")
    same(x, values)
    assert not x.flags.writeable and mapped(path) == 1 and opened(path) == 0
    with pytest.raises(ValueError):
        x[0] = 1
    with pytest.raises(ValueError):
        x.flags.writeable = True
    y = x[3:] * 2
    del x
    assert mapped(path) == 1, "y reads it"
    same(y, values[3:] * 2)
    del y
    assert mapped(path) == 0

    c = bl.load(path, mmap_mode="c")
    c[0] = -1
    assert (np.asarray(c[0]) == -1).all()
    same(np.load(path), values)
    del c
    u = bl.load(path, mmap_mode="r+")
    u[1] += 5
    changed = values.copy()
    changed[1] += 5
    same(np.load(path), changed)
    kept = np.asarray(u)
    del u
    assert mapped(path) == 1
    del kept
    assert mapped(path) == 0
    with pytest.raises(ValueError, match="memmap"):
        bl.load(path, mmap_mode="w+")
    with pytest.raises(ValueError, match="mode must be"):
        bl.load(path, mmap_mode="x")


def test_memmap(tmp_path):
    path = tmp_path / "raw"
    x = bl.memmap(path, "float32", "w+", shape=(4, 5))
    x[...] = bl.arange(20).reshape(4, 5)
    same(np.fromfile(path, "f4"), np.arange(20, dtype="f4"))
    del x
    for mode in ("r", "r+", "c"):
        same(bl.memmap(path, "f4", mode), np.array(np.memmap(path, "f4", mode)))
        same(bl.memmap(path, "f4", mode, 8, (3, 2), "F"), np.array(np.memmap(path, "f4", mode, 8, (3, 2), "F")))
    longer = bl.memmap(path, "f4", "r+", offset=80, shape=(10,))
    longer[:] = 7
    del longer
    assert path.stat().st_size == 120
    assert mapped(path) == 0 and opened(path) == 0
    for error, message, args in [(ValueError, "needs a shape", ("f4", "w+")), (ValueError, "120 bytes", ("f4", "r", 0, (31,))),
                                 (ValueError, "whole number", ("c16", "r")),
                                 (NotImplementedError, "multiples of 4", ("f4", "r", 2)),
                                 (ValueError, "offset", ("f4", "r", -4))]:
        with pytest.raises(error, match=message):
            bl.memmap(path, *args)
    with pytest.raises(FileNotFoundError):
        bl.memmap(tmp_path / "none")


def test_plain_bytes(tmp_path):
    path = tmp_path / "raw"
    values = sample("int16", (6, 7))
    for view in (lambda a: a, lambda a: a.T, lambda a: a[::2, 1::3]):
        view(bl.asarray(values)).tofile(path)
        same(bl.fromfile(path, "int16"), np.fromfile(path, "int16"))
        same(bl.fromfile(path, "int16"), view(values).ravel())
    for count, offset in ((3, 0), (-1, 5), (1000, 1), (0, 2)):
        same(bl.fromfile(path, "int16", count, offset=offset), np.fromfile(path, "int16", count, offset=offset))
    for refused in (lambda: bl.fromfile(path, sep=","), lambda: bl.ones(2).tofile(path, ","),
                    lambda: bl.ones(2).tofile(path, format="%d")):
        with pytest.raises(NotImplementedError):
            refused()
    for message, options in (("negative", {"offset": -1}), ("negative", {"count": -2}), ("ends before", {"offset": 10**6})):
        with pytest.raises(ValueError, match=message):
            bl.fromfile(path, **options)


# --- .npz ---------------------------------------------------------------------------------------------------------------
ARRAYS = {"a": sample("float64", (200, 31)), "β": sample("int8", (), "F"), "f": sample("complex64", (3, 4, 5), "F"),
          "folder/none": sample("bool", (0, 2))}


@pytest.mark.parametrize("ours, numpys", [(bl.savez, np.savez), (bl.savez_compressed, np.savez_compressed)])
def test_archives(ours, numpys, tmp_path):
    ours(tmp_path / "ours", bl.ones(3), **{name: bl.asarray(x) for name, x in ARRAYS.items()})
    numpys(tmp_path / "numpys", np.ones(3), **ARRAYS)
    read = np.load(tmp_path / "ours.npz")
    assert set(read.files) == {"arr_0", *ARRAYS}
    assert zipfile.ZipFile(tmp_path / "ours.npz").testzip() is None
    for name, x in ARRAYS.items():
        same(read[name], x)
        assert read[name].flags.f_contiguous == x.flags.f_contiguous
    read.close()
    for path in (tmp_path / "ours.npz", tmp_path / "numpys.npz"):
        with bl.load(path) as archive:
            assert set(archive) == {"arr_0", *ARRAYS} and len(archive) == 5 and "a" in archive and "a.npy" in archive
            for name, x in ARRAYS.items():
                same(archive[name], x)
                same(archive[name + ".npy"], x)
            assert opened(path) == 1
            with pytest.raises(KeyError, match="'z'"):
                archive["z"]
        assert opened(path) == 0
        with pytest.raises(ValueError, match="closed"):
            archive["a"]
    assert os.path.getsize(tmp_path / "ours.npz") < os.path.getsize(tmp_path / "numpys.npz") * 1.1 + 500


def test_archives_of_the_other_kinds(tmp_path):
    path = tmp_path / "x.npz"
    bl.savez(path)
    assert len(bl.load(path)) == 0
    with zipfile.ZipFile(path, "w") as archive:
        with archive.open("x.npy", "w", force_zip64=True) as file:
            np.save(file, ARRAYS["a"])
        archive.writestr("notes.txt", "no array")
        archive.writestr(zipfile.ZipInfo("b.npy"), b"", zipfile.ZIP_BZIP2)
    read = bl.load(path)
    same(read["x"], ARRAYS["a"])
    with pytest.raises(ValueError, match="notes.txt.*does not begin"):
        read["notes.txt"]
    with pytest.raises(NotImplementedError, match="method 12"):
        read["b"]
    with pytest.raises(NotImplementedError, match="mapped"):
        bl.load(path, mmap_mode="r")
    with pytest.raises(ValueError, match="arr_0"):
        bl.savez(path, bl.ones(2), arr_0=bl.ones(2))


def test_broken_archives_are_errors(tmp_path):
    path = tmp_path / "x.npz"
    bl.savez_compressed(path, x=bl.ones((50, 50)) * 3)
    whole = path.read_bytes()
    (tmp_path / "half.npz").write_bytes(whole[:len(whole) // 2])
    with pytest.raises(ValueError, match="half.npz.*no zip archive"):
        bl.load(tmp_path / "half.npz")
    bl.savez(path, x=bl.ones(50))
    whole = bytearray(path.read_bytes())
    whole[whole.index(np.float64(1).tobytes()) + 3] ^= 1
    path.write_bytes(whole)
    with pytest.raises(ValueError, match="checksum"):
        bl.load(path)["x"]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.npy", npy(dictionary(shape="(100000000000,)"), DATA))
    with pytest.raises(ValueError, match="bomb.npy.*more than the 16 bytes"):
        bl.load(path)["bomb"]
    whole = bytearray(path.read_bytes())
    at = whole.index(b"PK\1\2")
    whole[at + 24:at + 28] = struct.pack("<I", 2**31)
    path.write_bytes(whole)
    with pytest.raises(ValueError):
        bl.load(path)["bomb"]


# --- text ---------------------------------------------------------------------------------------------------------------
TABLES = [
    ("", {}), ("1 2\n3 4\n", {}), ("1\n2\n3\n", {}), ("5", {}), ("1,2\r\n3,4\r\n\r\n", {"delimiter": ","}),
    ("# head\n1 2 # tail\n\n  \n3 4", {}), ("h\n1;2\n3;4\n", {"delimiter": ";", "skiprows": 1}),
    ("1 2 3\n4 5 6\n", {"usecols": (2, 0)}), ("1 2 3\n4 5 6\n", {"usecols": -1}), ("1 2 3\n4 5\n", {"usecols": (0, 1)}),
    ("1 2\n3 4\n5 6\n", {"max_rows": 2}), ("1 2\n\n# x\n3 4\n5 6\n", {"max_rows": 2}), ("1 2\n", {"max_rows": 0}),
    ("1 2\n", {"ndmin": 1}), ("1 2\n", {"ndmin": 2}), ("1\n2\n", {"ndmin": 2}), ("", {"ndmin": 2}), ("7", {"ndmin": 1}),
    ("1e400 -1e400 1e-400 nan -inf Infinity +1 -0 .5 5.", {}), ("1 2\n3 4\n", {"unpack": True}),
    ("1+2j (3-4j) 5j -1e3-2e-3j 7", {"dtype": complex}), ("1 -2 +3", {"dtype": int}), ("255 0", {"dtype": "uint8"}),
    ("0 1 2 -1", {"dtype": bool}), ("0.1 1e9 65504 1e-8", {"dtype": "float16"}), ("0.1 16777217 1e39", {"dtype": "float32"}),
    ("18446744073709551615", {"dtype": "uint64"}), ("1 2 % c\n% d\n3 4 ! x", {"comments": ["%", "!"]}),
    ("1#2\n", {"comments": None, "delimiter": "#"}),
    ("\t1\t2\n", {}), (" 1 , 2 \n", {"delimiter": ","}), ("1 2", {"skiprows": 5}), ("", {"usecols": (0, 1)}),
    ("1 2 // c\n", {"comments": "//"}),
]


@pytest.mark.parametrize("text, options", TABLES)
def test_tables_are_read_as_numpy_reads_them(text, options, tmp_path):
    path = tmp_path / "x.txt"
    path.write_text(text)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = np.loadtxt(path, **options)
        for source in (path, str(path), io.StringIO(text), io.BytesIO(text.encode()), text.splitlines()):
            same(bl.loadtxt(source, **options), expected)


WRONG = [
    ("1 2\n3\n", {}, "line 2: 1 columns"), ("1,x\n", {"delimiter": ","}, "line 1: column 2: 'x' is no float64"),
    ("1 2\n", {"usecols": 5}, "no column 5 among 2"), ("1.5", {"dtype": int}, "'1.5' is no int64"),
    ("300", {"dtype": "int8"}, "'300' is no int8"), ("-1", {"dtype": "uint8"}, "'-1' is no uint8"),
    ("1,,2", {"delimiter": ","}, "column 2: ''"), ("1,2,", {"delimiter": ","}, "column 3: ''"), ("1_0", {}, "'1_0'"),
    ("0x10", {}, "'0x10'"), ("nan(1)", {}, "nan"), ("True", {"dtype": bool}, "'True'"), ("1i", {"dtype": complex}, "'1i'"),
    ("+-1", {}, r"'\+-1'"), ("- 1", {}, "'-'"), ("1\0", {}, "is no float64"), ("1 2\n", {"ndmin": 3}, "ndmin"),
    ("1 2\n", {"delimiter": "\n"}, "delimiter"), ("x" * 5000, {}, r"x\.\.\.'"),
]


@pytest.mark.parametrize("text, options, message", WRONG)
def test_wrong_tables_are_errors_with_their_places(text, options, message, tmp_path):
    path = tmp_path / "table.txt"
    path.write_text(text)
    with pytest.raises((ValueError, TypeError)):
        np.loadtxt(path, **options)
    with pytest.raises(ValueError, match=rf"table\.txt.*{message}"):
        bl.loadtxt(path, **options)


def test_compressed_and_long_tables(tmp_path):
    values = np.random.default_rng(1).standard_normal((20000, 12)) * 10.0 ** np.arange(-6, 6)
    np.savetxt(tmp_path / "x.csv.gz", values, delimiter=",")
    read = bl.loadtxt(tmp_path / "x.csv.gz", delimiter=",")
    same(read, values)
    assert read.flags.writeable
    text = gzip.open(tmp_path / "x.csv.gz").read()
    (tmp_path / "two.gz").write_bytes(gzip.compress(text[:1000003]) + gzip.compress(text[1000003:]))
    same(bl.loadtxt(tmp_path / "two.gz", delimiter=","), values)
    (tmp_path / "half.gz").write_bytes(gzip.compress(text)[:-1000])
    with pytest.raises(ValueError, match="half.gz: broken gzip data: the file ends early"):
        bl.loadtxt(tmp_path / "half.gz", delimiter=",")
    (tmp_path / "returns.csv").write_bytes(text.replace(b"\n", b"\r"))
    same(bl.loadtxt(tmp_path / "returns.csv", delimiter=","), values)
    with bl.memory_budget(10**6), pytest.raises(bl.MemoryBudgetError):
        bl.loadtxt(tmp_path / "x.csv.gz", delimiter=",")
    for path in tmp_path.iterdir():
        assert opened(path) == 0


def test_tables_with_gaps(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("a,b,c\n1,,3\n4,x,-999\n , 5,nan\n")
    for options in ({}, {"missing_values": "-999"}, {"filling_values": 7}, {"missing_values": "-999", "filling_values": 0},
                    {"usecols": (0, 2)}, {"max_rows": 2}, {"dtype": int}, {"dtype": "float32"}):
        same(bl.genfromtxt(path, delimiter=",", skip_header=1, **options),
             np.genfromtxt(path, delimiter=",", skip_header=1, **options))
    for refused in ({"names": True}, {"dtype": None}, {"skip_footer": 1}, {"usemask": True}, {"converters": {0: float}}):
        with pytest.raises(NotImplementedError):
            bl.genfromtxt(path, **refused)
    with pytest.raises(NotImplementedError):
        bl.loadtxt(path, quotechar='"')


FORMATS = ["%.18e", "%d", "%5.2f", "%+g", "%#.3g", "%-8.3f|", "%08.2f", "% e", "%x", "%i", "%u", "%.3E", "%G", "%%%f", "%#o",
           "%08.3d", "%+05x", "%X", "%5d", "%ld"]


@pytest.mark.parametrize("fmt", FORMATS)
def test_text_is_written_as_numpy_writes_it(fmt, tmp_path):
    ours, numpys = tmp_path / "ours.txt", tmp_path / "numpys.txt"
    for dtype in ("int64", "uint8", "bool", "float64", "float16", "int8", "uint64"):
        values = sample(dtype, (4, 3))
        if dtype == "float64":
            values[0] = [-1e300, 0.1, -0.0]
        if dtype == "int64":
            values[0] = [-2**63, 2**63 - 1, -255]
        if dtype == "uint64":
            values[0, 0] = 2**64 - 1
        for x in (values, values[:, 0], values.T):
            try:
                np.savetxt(numpys, x, fmt=fmt, delimiter=";")
            except (TypeError, ValueError):
                if "%%" in fmt or dtype == "bool":
                    continue  # NumPy counts the signs, and has no bools under %x
                with pytest.raises(ValueError):
                    bl.savetxt(ours, bl.asarray(x), fmt=fmt, delimiter=";")
                continue
            bl.savetxt(ours, bl.asarray(x), fmt=fmt, delimiter=";")
            assert ours.read_bytes() == numpys.read_bytes(), (dtype, fmt)


def test_options_of_written_text(tmp_path):
    ours, numpys = tmp_path / "ours.txt", tmp_path / "numpys.txt"
    values = np.array([[1, -2.5], [np.nan, np.inf], [-np.inf, 1e-310]])
    z = np.zeros(values.shape, complex)
    z.real, z.imag = values, values[::-1]
    cases = [(values, {"header": "two\nlines", "footer": "end", "comments": "// "}), (values, {"fmt": ["%d", "%.2f"]}),
             (values[:1], {"fmt": "%d - %.3f", "newline": "\r\n"}), (values, {"fmt": "%07.1f"}), (values, {"fmt": "%-+9.1f|"}),
             (z, {}), (z, {"fmt": "%.2f"}), (z, {"fmt": ["%.3e%+.3ej", "%.1f %.1f"]}), (z[:, :1], {"delimiter": ","}),
             (np.zeros((0, 3)), {}), (np.zeros((3, 0)), {}), (np.zeros(0), {"header": "x"})]
    for x, options in cases:
        if "fmt" in options and options["fmt"] in ("%d - %.3f", ["%d", "%.2f"]):
            x = np.nan_to_num(x, posinf=1e30, neginf=-1e30)
        np.savetxt(numpys, x, **options)
        bl.savetxt(ours, bl.asarray(x), **options)
        assert ours.read_bytes() == numpys.read_bytes(), options
    bl.savetxt(tmp_path / "x.txt.gz", bl.asarray(values))
    np.testing.assert_array_equal(np.loadtxt(tmp_path / "x.txt.gz"), values)
    big = np.random.default_rng(0).standard_normal((6000, 5))
    bl.savetxt(ours, bl.asarray(big) + 0)
    np.savetxt(numpys, big)
    assert ours.read_bytes() == numpys.read_bytes()


@pytest.mark.parametrize("fmt", ["%s", "%n", "%r", "%c", "%a", "%*d", "%(x)d", "%", "%5", "%1001d", "%.99999999999999999999f",
                                 "%d %d", "none", "%p", "%hn", ["%d", "%d"], [], "%f%n"])
def test_hostile_formats_are_errors(fmt, tmp_path):
    with pytest.raises(ValueError, match="fmt"):
        bl.savetxt(tmp_path / "x.txt", bl.arange(3), fmt=fmt)
    assert os.listdir(tmp_path) == []


def test_wrong_calls_of_savetxt(tmp_path):
    for x in (bl.ones((2, 2, 2)), bl.asarray(1.0)):
        with pytest.raises(ValueError, match="axes"):
            bl.savetxt(tmp_path / "x.txt", x)
    with pytest.raises(ValueError, match="%d takes no nan"):
        bl.savetxt(tmp_path / "x.txt", [1.0, float("nan")], fmt="%d")
    assert os.listdir(tmp_path) == []
