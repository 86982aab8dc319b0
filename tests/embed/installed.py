"""broadloom as users have it: installed below a temporary prefix, moved away from there, and built against."""

import functools
import os
import pathlib
import re
import subprocess
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
BUILD = pathlib.Path(os.environ["BROADLOOM_BUILD"])
CC, CXX = os.environ.get("CC", "cc"), os.environ.get("CXX", "c++")
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]


def run(*command, **options):
    done = subprocess.run([str(part) for part in command], text=True, capture_output=True, timeout=550, **options)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@functools.cache
def scratch():
    scratch.directory = tempfile.TemporaryDirectory(prefix="broadloom-embed-")  # lives as long as this process
    return pathlib.Path(scratch.directory.name)


@functools.cache
def prefix():
    run("cmake", "--install", BUILD, "--prefix", scratch() / "installed")
    moved = scratch() / "moved" / "elsewhere"
    moved.parent.mkdir()
    return (scratch() / "installed").rename(moved)


def one(pattern):
    """The only installed file of that name."""
    found = [path for path in prefix().rglob(pattern) if not path.is_symlink()]
    assert len(found) == 1, found
    return found[0]


def library():
    return one("libbroadloom.so*")


def headers():
    return sorted((prefix() / "include" / "broadloom").glob("*.h"))


def pkg_config(*arguments):
    environment = {**os.environ, "PKG_CONFIG_PATH": str(one("broadloom.pc").parent)}
    return run("pkg-config", *arguments, "broadloom", env=environment).split()


def built_by_cmake(source):
    build = scratch() / source.name
    run("cmake", "-S", source, "-B", build, f"-DCMAKE_PREFIX_PATH={prefix()}", f"-DCMAKE_C_COMPILER={CC}",
        f"-DCMAKE_CXX_COMPILER={CXX}")
    run("cmake", "--build", build)
    return build / source.name


def compiled(source, name, *flags):
    """A C or C++ program, by the compiler alone."""
    compiler = CC if pathlib.Path(source).suffix == ".c" else CXX
    run(compiler, *STRICT, source, "-o", scratch() / name, *flags)
    return scratch() / name


def with_library_path():
    return {**os.environ, "LD_LIBRARY_PATH": str(library().parent)}


def exported():
    """Names that the library shows, demangled."""
    names = run("nm", "--dynamic", "--defined-only", "--format=posix", library()).splitlines()
    return run("c++filt", input="\n".join(sorted(line.split()[0] for line in names))).splitlines()


def without_comments(text):
    return re.sub(r"/\*.*?\*/|//[^\n]*", " ", text, flags=re.DOTALL)


def well(output):
    """How many things a program has checked, all of which must be well."""
    lines = output.splitlines()
    assert all(line.endswith(": well") for line in lines), output
    return len(lines)
