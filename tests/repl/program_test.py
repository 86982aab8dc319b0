"""The program as scripts and pipes use it, and what its commands print. BROADLOOM names it."""

import os
import pathlib
import signal
import subprocess
import time

import pytest
from terminal import PROGRAM, SLOW, environment


def run(home, *arguments, text=None, **variables):
    return subprocess.run([PROGRAM, *arguments], input=text, capture_output=True, cwd=home, env=environment(home, **variables), timeout=120)


# --- Without a terminal -------------------------------------------------------------------------------------------------


def test_one_expression(home):
    result = run(home, "-e", "arange(4.0).sum()")
    assert (result.returncode, result.stdout, result.stderr) == (0, b"6.0\n", b"")
    assert run(home, "-e", "x = 3", "-e", "x * 2").stdout == b"6\n"
    assert run(home, "--eval=1 + 1").stdout == b"2\n"


def test_a_script_and_its_exit_code(home):
    (home / "good.bl").write_text("x = ones((2, 2))\n# a comment\nx @ x\n:vars\n")
    result = run(home, "good.bl")
    assert (result.returncode, result.stderr) == (0, b"")
    assert result.stdout.decode().splitlines()[:2] == ["array([[2., 2.],", "       [2., 2.]])"]
    (home / "bad.bl").write_text("x = ones(3)\n1 + 1\ny = x + ones(4)\n'never'\n")
    result = run(home, "bad.bl")
    lines = result.stderr.decode().splitlines()
    assert result.returncode == 1 and result.stdout == b"2\n"
    assert lines[0].startswith("bad.bl:3:") and "y = x + ones(4)" in lines[1] and "^" in lines[2]
    assert "[3] [4]" in lines[-1]


def test_nothing_of_a_script_is_done_that_cannot_be_read(home):
    (home / "bad.bl").write_text("1 + 1\nx = = 2\n")
    result = run(home, "bad.bl")
    assert result.returncode == 1 and result.stdout == b"" and b"bad.bl:2:5" in result.stderr


def test_a_pipe_has_no_prompt_and_no_colour(home):
    result = run(home, text=b"x = 4\nx * 2\n")
    assert (result.returncode, result.stdout, result.stderr) == (0, b"8\n", b"")
    result = run(home, text=b"nothing\n")
    assert result.returncode == 1 and b"\x1b" not in result.stderr and b"<stdin>:1:1" in result.stderr
    assert run(home, "-", text=b"1\n").stdout == b"1\n"


def test_wrong_usage(home):
    for arguments in ["--what"], ["-e"], ["a.bl", "b.bl"], ["-x"]:
        result = run(home, *arguments)
        assert result.returncode == 2 and b"broadloom [-i]" in result.stderr
    assert run(home, "-i").returncode == 2 and b"needs a terminal" in run(home, "-i").stderr
    assert run(home, "missing.bl").returncode == 1
    assert b"missing.bl" in run(home, "missing.bl").stderr


def test_help_and_version(home):
    assert b"Exit codes" in run(home, "--help").stdout
    assert run(home, "--version").stdout.startswith(b"broadloom 0.")


def test_what_is_no_text_is_an_error(home):
    for text, message in (b"1 + \xff\n", "0xFF"), (b"1\n\0", "NUL"), (bytes(range(256)) * 100, ""), (b"\xed\xa0\x80", "0xED"):
        result = run(home, text=text)
        assert result.returncode == 1 and message in result.stderr.decode()  # the message is UTF-8 itself
        assert len(result.stderr) < 2000


def test_a_line_of_10_mb_in_a_pipe(home):
    assert run(home, text=b"1 # " + b"x" * 10_000_000).stdout == b"1\n"
    for text in b"(" * 10_000_000, b"1+" * 5_000_000, b"x" * 10_000_000, b"array([" + b"1," * 5_000_000 + b"])":
        result = run(home, text=text)
        assert result.returncode == 1 and len(result.stderr) < 2000


def test_ctrl_c_ends_a_script(home):
    program = subprocess.Popen([PROGRAM, "-e", "'begun'", "-e", SLOW], stdout=subprocess.PIPE, env=environment(home))
    time.sleep(1)
    program.send_signal(signal.SIGINT)
    program.communicate(timeout=10)
    assert program.returncode == -signal.SIGINT  # which a shell calls 130


def test_a_closed_pipe_is_quiet(home):
    program = subprocess.Popen([PROGRAM, "-e", "\n".join(["arange(1000)"] * 3000)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(home))
    program.stdout.close()
    assert program.stderr.read() == b""
    assert program.wait(timeout=20) == -signal.SIGPIPE


def test_what_cannot_be_written_is_an_error(home):
    with open("/dev/full", "w") as full:
        result = subprocess.run([PROGRAM, "-e", "1"], stdout=full, stderr=subprocess.PIPE, env=environment(home))
    assert result.returncode == 1 and b"No space left" in result.stderr


def test_it_starts_at_once(home):
    traced = run(home, "-e", "1", LD_DEBUG="files").stderr
    assert b"libc.so" in traced and b"libLLVM" not in traced
    assert b"libLLVM" in run(home, "-e", "sin(ones(1000)).sum()", LD_DEBUG="files").stderr

    def seconds():  # of the processor, as others may be at work
        usage = os.wait4(subprocess.Popen([PROGRAM, "-e", "1"], stdout=subprocess.DEVNULL, env=environment(home)).pid, 0)[2]
        return usage.ru_utime + usage.ru_stime

    assert min(seconds() for _ in range(10)) < 0.03


# --- Commands -----------------------------------------------------------------------------------------------------------


def output(home, *lines):
    result = run(home, text="\n".join(lines).encode())
    assert result.returncode == 0, result.stderr.decode()
    return result.stdout.decode()


def fault(home, *lines):
    result = run(home, text="\n".join(lines).encode())
    assert result.returncode == 1
    return result.stderr.decode()


def test_help(home):
    assert "sum(a, axis=None" in output(home, ":help sum")
    assert ":explain EXPR" in output(home, ":help")
    assert ":plan EXPR FILE" in output(home, ":help plan")
    assert "f(x) = x + 1" in output(home, "f(x) = x + 1", ":help f")
    assert "of 2 bytes an element" in output(home, ":help int16")
    assert "cos" in output(home, ":help elementwise")
    assert "did you mean" in fault(home, ":help arrange")


def test_an_unknown_command_suggests(home):
    assert "did you mean :explain?" in fault(home, ":explian x")
    assert ":help lists them" in fault(home, ":qqqqqqq")


def test_the_plan_and_its_code(home):
    prepare = "x = ones((64, 64)); y = sum(exp(x) * 2, axis=1)"
    assert "rows over [64,64]" in output(home, prepare, ":explain y")
    ir = output(home, prepare, ":ir y")
    assert ir.index("# trace") < ir.index("# fuse") < ir.index("# plan-buffers") and "# the same" in ir
    assert "kernel" in output(home, prepare, ":ir y fuse") and "# trace" not in output(home, prepare, ":ir y fuse")
    assert "define" in output(home, prepare, ":llvm y")
    assert "ret" in output(home, prepare, ":asm y")
    assert "computed already" in fault(home, "x = ones(3)", "x", ":explain x")
    assert "is no array" in fault(home, ":explain 3")


def test_the_plan_as_a_picture(home):
    output(home, "x = array([1.0, 2.0]) + 0; x", "y = sum(x * 2) + max(x)", ":plan y plan.svg", ":plan y plan.dot", ":plan y + 1 'my plan.svg'")
    svg, dot = (home / "plan.svg").read_text(), (home / "plan.dot").read_text()
    assert svg.startswith("<svg") and svg.rstrip().endswith("</svg>") and ">x</text>" in svg and "result" in svg
    assert dot.startswith("digraph") and "->" in dot
    import xml.etree.ElementTree
    xml.etree.ElementTree.fromstring(svg)
    assert (home / "my plan.svg").exists()
    assert ".svg or .dot" in fault(home, ":plan ones(3) plan.png")
    assert "cannot write" in fault(home, ":plan ones(3) + 1 nowhere/plan.svg")


def test_time_with_its_limit(home):
    told = output(home, "x = ones(1000000) + 0; x[0]", ":time sum(x * 2)")
    assert [line.split()[0] for line in told.splitlines()[1:]] == ["first", "best", "limit"]
    assert "1 kernel compiled" in told


def test_memory_budget_and_threads(home):
    assert output(home, ":budget 2G").endswith("2 GiB\n")
    assert "none" in output(home, ":budget 2G", ":budget none")
    assert "is not a number of bytes" in fault(home, ":budget lots")
    assert "763 MiB" in fault(home, ":budget 100M", "sort(ones(100000000))")
    assert output(home, ":threads 1") == "threads  1\n"
    assert "number" in fault(home, ":threads many")
    assert output(home, "x = ones(1000)", "x.sum()", ":memory").splitlines()[1].startswith("arrays")


def test_variables(home):
    told = output(home, "x = ones((2, 3)) * 2", "n = 3", "f(a) = a + n", ":vars")
    assert "x  float64 (2, 3)  48 bytes  pending" in told and "f(a) = a + n" in told


def test_files(home):
    prepare = "x = arange(6.0).reshape(2, 3); n = arange(3)"
    for name in "x.npy", "x.csv", "x.txt":
        assert output(home, prepare, f":save x {name}", f":load y {name}", "(y == x).all()").endswith("True\n")
    output(home, prepare, ":save x n both.npz")
    assert output(home, ":load both.npz", "x.sum() + n.sum()").endswith("18.0\n")
    assert output(home, ":load n both.npz", "n").endswith("array([0, 1, 2])\n")
    output(home, prepare, ":save x x.raw")
    assert output(home, ":load x.raw dtype=float64 shape=2,3", "x[1, 2]").endswith("5.0\n")
    assert output(home, ":load x.npy map=r", "x.sum()").endswith("15.0\n")
    numpy = pytest.importorskip("numpy")
    assert numpy.load(home / "x.npy").tolist() == [[0, 1, 2], [3, 4, 5]]
    assert sorted(numpy.load(home / "both.npz").files) == ["n", "x"]


def test_faults_of_files(home):
    assert "must end in" in fault(home, ":load x data.xls")
    assert "missing.npy" in fault(home, ":load x missing.npy")
    assert "there is no array 'x'" in fault(home, ":save x x.npy")
    assert "takes no such option" in fault(home, "x = ones(3)", ":save x x.npy", ":load x.npy skip=3")
    assert "dtype" in fault(home, ":load x.raw")
    (home / "loop.bl").write_text(":run loop.bl\n")
    assert "too deeply" in fault(home, ":run loop.bl")
    (home / "bad.bl").write_text("1\n2 +\n")
    assert "bad.bl:2:" in fault(home, ":run bad.bl")


def test_every_command_is_in_the_docs(home):
    page = (pathlib.Path(__file__).parents[2] / "docs/repl.md").read_text()
    for line in output(home, ":help").splitlines():
        if line.startswith("  :"):
            assert f"`{line.split()[0]}" in page, line
