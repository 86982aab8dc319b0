"""The wheel as a user has it: the program, and the names by which PyTorch and Dask find broadloom."""

import importlib.metadata
import pathlib
import subprocess
import sys

import pytest

try:
    FILES = importlib.metadata.files("broadloom")
except importlib.metadata.PackageNotFoundError:
    pytest.skip("broadloom is not installed: make test-doors", allow_module_level=True)


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd="/").stdout


def run(program):
    """In an interpreter that knows of installed packages only."""
    return output(sys.executable, "-I", "-c", program).strip()


def test_the_package():
    assert "site-packages" in run("import broadloom as bl; print(bl.__file__)")
    assert run("import broadloom as bl; print(bl.sin(bl.ones(1000)).sum() > 841)") == "True"


def test_the_program():
    (program,) = [file for file in FILES if file.name == "broadloom"]
    assert pathlib.Path(program.locate()).resolve().parent == pathlib.Path(sys.executable).parent.resolve()
    assert output(program.locate(), "-e", "sin(ones(1000)).sum() > 841") == "True\n"  # which needs LLVM
    assert output(program.locate(), "--version").split()[1] == importlib.metadata.version("broadloom")


def test_pytorch_finds_the_backend():
    assert run("import torch; f = torch.compile(lambda x: x + 1, backend='broadloom'); print(f(torch.ones(3)).tolist()); "
               "import broadloom.torch; print(len(broadloom.torch.last_report().graphs))") == "[2.0, 2.0, 2.0]\n1"


def test_dask_finds_the_arrays():
    assert run("import dask, dask.array as da\n"
               "with dask.config.set({'array.backend': 'broadloom'}): x = da.ones(5, chunks=2)\n"
               "print(type(x._meta).__module__, x.sum().compute())").startswith("broadloom")
