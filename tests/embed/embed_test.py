"""broadloom embedded: what is installed, what the library shows, and programs that use it from outside."""

import pathlib
import re
import subprocess

import numpy
import pytest

from installed import (CXX, HERE, STRICT, built_by_cmake, exported, headers, library, one, pkg_config, prefix, run, scratch, well,
                       without_comments)


def test_each_header_compiles_alone():
    sources = [scratch() / f"{header.stem}.cc" for header in headers()]
    for source, header in zip(sources, headers()):
        source.write_text(f"#include <broadloom/{header.name}>\n" * 2)
    assert len(sources) > 15
    run(CXX, "-std=c++20", *STRICT, "-fsyntax-only", f"-I{prefix()}/include", *sources)


# gdb's own, looked up by name in every library (runtime/gdb_jit.cc).
FOR_GDB = {"__jit_debug_descriptor", "__jit_debug_register_code"}


def test_only_the_interface_is_shown():
    names = exported()
    assert len(names) > 300
    text = "\n".join(without_comments(path.read_text()) for path in (prefix() / "include").rglob("*.*"))
    declared = set(re.findall(r"\w+", text))

    def is_ours(name):
        if name.startswith("bl_"):
            return name in declared
        in_us = re.findall(r"(?:^|\s)broadloom::(?:(?:fft|linalg|random)::)?(\w+)", name.split("(")[0])  # after a type, perhaps
        return bool(in_us) and in_us[-1] in declared

    assert [name for name in names if not is_ours(name) and name not in FOR_GDB] == []
    assert "typeinfo for broadloom::Error" in names  # or nobody could catch one


def test_users_need_no_other_package():
    for path in [one("broadloom.pc"), *one("broadloomConfig.cmake").parent.glob("*.cmake")]:
        assert not re.search(r"llvm|absl|abseil|openblas|find_dependency|Requires", path.read_text(), re.IGNORECASE), path
    for header in headers():
        assert re.findall(r'#\s*include [<"](?:absl|llvm)', header.read_text()) == [], header


def test_packages_are_found_where_they_were_moved_to():
    assert pkg_config("--modversion") == ["0.1.0"]
    folder, name = pkg_config("--libs")
    assert pathlib.Path(folder.removeprefix("-L")).resolve() == library().parent.resolve() and name == "-lbroadloom"
    [include] = pkg_config("--cflags")
    assert pathlib.Path(include.removeprefix("-I")).resolve() == (prefix() / "include").resolve()
    assert pkg_config("--print-requires") == []


@pytest.mark.parametrize("wish, complaint", [("0.1", ""), ("0.1.0 EXACT", ""), ("0.2", "0.1.0"), ("1.0", "0.1.0"),
                                             ("0.1 COMPONENTS python", "python")])
def test_versions_and_components(wish, complaint):
    source = scratch() / "wish"
    source.mkdir(exist_ok=True)
    (source / "CMakeLists.txt").write_text("cmake_minimum_required(VERSION 3.25)\nproject(wish LANGUAGES NONE)\n"
                                           f"find_package(broadloom {wish} REQUIRED)\n")
    done = subprocess.run(["cmake", "-S", source, "-B", source / "build", "--fresh", f"-DCMAKE_PREFIX_PATH={prefix()}"],
                          text=True, capture_output=True)
    assert (done.returncode != 0) == bool(complaint), done.stderr
    assert complaint in done.stderr


def test_cpp20():
    assert well(run(built_by_cmake(HERE / "cpp20"))) == 8


def test_other_copies_of_the_same_libraries():
    """A program that has functions of OpenBLAS's names, links abseil, and loads LLVM and another BLAS."""
    llvm = sorted(pathlib.Path("/usr/lib").glob("llvm-*/lib/libLLVM*.so.*"))[0]  # the oldest: another one, if there is one
    blas = next(pathlib.Path(numpy.__file__).parents[1].glob("numpy.libs/*openblas*.so*"))
    assert well(run(built_by_cmake(HERE / "beside"), llvm, blas)) == 12
