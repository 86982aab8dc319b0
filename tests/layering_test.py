"""Who may include whom: docs/architecture.md draws the picture, this test keeps it true."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parent.parent

# What a folder may include of ours, beside its own headers.
ALLOWED = {
    "ir": (),
    "passes": ("ir/",),
    "codegen": ("ir/", "runtime/kernel.h"),
    "runtime": (),
    "frontend": ("ir/", "passes/", "codegen/", "runtime/"),
}
# The tool that runs passes by hand also shows what codegen makes of them.
# Generated code calls, by way of the runtime, the same functions of numbers as the evaluator.
FURTHER = {"passes/broadloom_opt.cc": ("codegen/", "runtime/kernel.h"), "runtime/libraries.cc": ("ir/special_functions.h",)}
# The only place in the product that may see a library's headers; None: no place.
ONLY_IN = {"llvm": "codegen/", "llvm-c": "codegen/", "nanobind": "frontend/python/",
           "boost": "ir/special_functions.cc", "hwy": "runtime/sort/", "minizip": "frontend/files/", "gtest": None, "gmock": None,
           "histedit.h": "frontend/repl/", "editline": "frontend/repl/"}

INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]', re.MULTILINE)


def sources(*suffixes):
    for folder in ALLOWED:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in suffixes:
                yield path.relative_to(ROOT).as_posix(), path.read_text()


def includes():
    for name, text in sources(".h", ".cc", ".def"):
        for header in INCLUDE.findall(text):
            yield name, header


def test_folders_include_only_what_lies_below_them():
    def allowed(name, header):
        folder = name.split("/")[0]
        return header.startswith((folder + "/", *ALLOWED[folder], *FURTHER.get(name, ())))

    ours = tuple(folder + "/" for folder in ALLOWED) + ("tests/",)
    assert [(n, h) for n, h in includes() if h.startswith(ours) and not allowed(n, h)] == []


def test_relative_includes_stay_in_their_folder():
    # The public header stands alone: in the tree the op table is one folder away, installed it lies beside it.
    assert [(n, h) for n, h in includes() if ".." in h.split("/")] == [("frontend/array.h", "../ir/public_ops.def")]


def test_libraries_stay_in_their_folder():
    assert [(n, h) for n, h in includes()
            if (library := h.split("/")[0]) in ONLY_IN and not n.startswith(ONLY_IN[library] or "\0")] == []


def test_the_environment_is_read_in_one_file():
    readers = [name for name, text in sources(".h", ".cc", ".py") if re.search(r"getenv|os\.environ", text)]
    assert [name for name in readers if name != "frontend/options.cc" and "/examples/" not in name] == []
