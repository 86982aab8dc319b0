"""The C interface from outside: programs in C and in a language of its own, and what compiled programs rely on."""

import json
import os
import re
import shutil
import subprocess
import sys

import numpy
import pytest

import abi
from installed import CC, CXX, HERE, STRICT, compiled, exported, library, pkg_config, run, scratch, well, with_library_path

C99 = ["-std=c99", *STRICT]


def test_the_header_is_c99_and_cplusplus():
    source = scratch() / "header.c"
    source.write_text("#include <complex.h>\n#include <broadloom/broadloom.h>\n")
    run(CC, *C99, "-fsyntax-only", *pkg_config("--cflags"), source)
    run(CXX, "-std=c++11", "-x", "c++", *STRICT, "-fsyntax-only", *pkg_config("--cflags"), source)


def test_versions_agree():
    text = abi.declarations()
    numbers = [re.search(rf"BL_VERSION_{part} (\d+)", text)[1] for part in ("MAJOR", "MINOR", "PATCH")]
    assert [".".join(numbers)] == pkg_config("--modversion")


def c99_program():
    flags = pkg_config("--cflags", "--libs")
    return compiled(HERE / "c99" / "main.c", "c99", "-std=c99", *flags, "-lpthread", "-lm")


def test_c99():
    assert well(run(c99_program(), env=with_library_path())) == 9


def test_c99_under_valgrind():
    if shutil.which("valgrind") is None:
        pytest.skip("valgrind is not installed: .ci/setup does so")
    run("valgrind", "--error-exitcode=3", "--leak-check=full", "--errors-for-leak-kinds=definite", c99_program(), "small",
        env={**with_library_path(), "BROADLOOM_THREADS": "1"})


def test_dlopen():
    program = compiled(HERE / "dlopen" / "main.c", "dlopen", "-std=c99", *pkg_config("--cflags"), "-ldl", "-lm")
    assert well(run(program, library())) == 2


# --- A language of its own -------------------------------------------------------------------------------------------

LISP = HERE.parents[1] / "frontend" / "examples" / "lisp.py"
X, Y = numpy.array([[1.0, 2.0, 3.0], [5.0, 9.0, 4.0]]), numpy.array([2.0, 4.0, 8.0])


def lisp(program, **inputs):
    given = [f"{name}={json.dumps(value.tolist())}" for name, value in inputs.items()]
    return subprocess.run([sys.executable, LISP, library(), program, *given], text=True, capture_output=True, timeout=100)


@pytest.mark.parametrize("program, expected", [
    ("(+ (* x 2) y)", X * 2 + Y),
    ("(sum (* x x))", (X * X).sum()),
    ("(let (d (- x (mean x 0))) (sqrt (mean (* d d) 0)))", X.std(0, keepdims=True)),
    ("(define (sigmoid t) (/ 1 (+ 1 (exp (- 0 t))))) (sum (where (< x y) (sigmoid x) y) 1)",
     numpy.where(X < Y, 1 / (1 + numpy.exp(-X)), Y).sum(1, keepdims=True)),
    ("(prod (+ 1 (iota 5)))", 120.0),
    ("(/ x (max x 1))", X / X.max(1, keepdims=True)),
    ("(+ (iota 0) 1)", numpy.zeros(0)),
])
def test_programs_in_lisp(program, expected):
    done = lisp(program, x=X, y=Y)
    assert done.returncode == 0, done.stderr
    numpy.testing.assert_allclose(json.loads(done.stdout), expected, rtol=1e-14, strict=True)


@pytest.mark.parametrize("program, complaint", [("(wug x)", "wug"), ("(+ x nothing)", "nothing"), ("(+ x (iota 5))", "5"),
                                                ("(+ x", "parentheses")])
def test_wrong_programs_in_lisp(program, complaint):
    done = lisp(program, x=X)
    assert done.returncode == 1 and done.stderr.startswith("lisp: ") and complaint in done.stderr


def test_the_language_is_small():
    assert len(LISP.read_text().splitlines()) <= 100


# --- What stays ------------------------------------------------------------------------------------------------------

ABI = HERE / "abi.txt"


def test_programs_that_were_compiled_against_the_header_still_run():
    """What they rely on may grow. Where it changes, BL_ABI_VERSION does; BROADLOOM_BLESS=1 then writes it down."""
    version = next(line for line in abi.lines() if line.startswith("version "))
    known = set(ABI.read_text().splitlines()) if ABI.exists() else set()
    found = set(abi.lines())
    assert version not in known or known - found == set(), "this needs another BL_ABI_VERSION"
    if os.environ.get("BROADLOOM_BLESS"):
        ABI.write_text("\n".join(sorted(found)) + "\n")
    else:
        assert found - known == set(), "new: BROADLOOM_BLESS=1 writes it down"
    names = {line.split()[1].rstrip(":") for line in found if line.startswith("function ")}
    assert names == {name for name in exported() if name.startswith("bl_")}


def test_changes_of_the_interface_are_found(monkeypatch):
    text, before = abi.declarations(), set(abi.lines())
    for old, new in [("BL_TYPE_ERROR = 2,", "BL_TYPE_ERROR = 15,"), (", BL_RAISE = 2", ""),
                     ("int64_t start, stop, step;", "int64_t stop, start, step;"), ("int32_t threads;", "int64_t threads;"),
                     ("uint64_t reserved[4];", "uint64_t reserved[3];"),
                     ("bl_text_free(char* text)", "bl_text_free(void* text)")]:
        assert old in text, old
        monkeypatch.setattr(abi, "declarations", lambda: text.replace(old, new, 1))
        assert before - set(abi.lines()) != set(), old
