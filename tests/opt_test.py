"""broadloom-opt as a user runs it: text in, text out, and an error for everything else."""

import os
import subprocess

import pytest

GRAPH = """graph @center(%x: f64[m,n] {layout="ju"}) {
  %1 = mean %x {axes=[1], keepdims=1, order="lanes"}
  %2 = subtract %x, %1
  return %2
}
"""

MANY_SYMBOLS = ("graph @f(%x0: f64[n]) { " +
                " ".join(f"%a{i} = reshape %x{i} {{shape=[p{i},q{i}], groups=[1,2]}} %b{i} = permute_dims %a{i} {{axes=[1,0]}} "
                         f"%x{i + 1} = reshape %b{i} {{shape=[r{i}], groups=[2,1]}}" for i in range(30)) +
                " %y = exp %x30 return %y }")


def opt(*options, text=GRAPH):
    return subprocess.run([os.environ["BROADLOOM_OPT"], *options], input=text, capture_output=True, text=True, timeout=60)


def printed(*options, text=GRAPH):
    result = opt(*options, text=text)
    assert result.returncode == 0, result.stderr
    return result.stdout


def test_lists_the_passes():
    names = [line.split()[0] for line in printed("--list").splitlines()]
    assert names[0] == "decompose" and names.index("fuse") < names.index("schedule") < names.index("plan-buffers")


def test_runs_any_part_of_the_pipeline():
    untouched = printed("--passes=", "-")
    assert "mean" in untouched and "kernel" not in untouched
    assert printed("--passes=", "-", text=untouched) == untouched
    fused = printed("--stop-after=fuse", "-")
    assert "kernel" in fused and "kind=" not in fused
    scheduled = printed("--passes=schedule", "-", text=fused)
    assert 'kind="rows"' in scheduled
    assert printed("-") == printed("--passes=plan-buffers", "-", text=scheduled)


def test_emits_code():
    assert "define i32 @rows_" in printed("--emit=llvm", "-")
    assert "vsubpd" in printed("--emit=asm", "-")
    assert "zmm" in printed("--emit=asm", "--vector-bytes=64", "-")


FUSABLE = """graph @f(%x: {0}[n] {{layout="u"}}, %y: {0}[n] {{layout="u"}}, %z: {0}[n] {{layout="u"}}) {{
  %1 = multiply %x, %y
  %2 = {1} %1, %z
  %3 = multiply %2, %2
  %4 = sum %3 {{axes=[0], order="lanes"}}
  return %2, %4
}}
"""


@pytest.mark.parametrize("vector_bytes", [32, 64])
@pytest.mark.parametrize("operation", ["add", "subtract"])
@pytest.mark.parametrize("dtype", ["f32", "f64"])
def test_products_and_sums_are_rounded_apart(dtype, operation, vector_bytes):
    text = FUSABLE.format(dtype, operation)
    assert "vfm" not in (code := printed("--emit=asm", f"--vector-bytes={vector_bytes}", "-", text=text)) and "vmulp" in code
    assert "vfm" in printed("--emit=asm", "--fast", f"--vector-bytes={vector_bytes}", "-", text=text)


def test_evaluates_the_same_before_and_after():
    before, after = (printed(*which, "--evaluate", "--symbols=2,3", "-").splitlines()[-1] for which in (["--passes="], []))
    assert before == after and before.startswith("# f64[2,3]:")


@pytest.mark.parametrize("options, words", [
    (["--nonsense", "-"], "unknown option --nonsense"),
    (["--passes=nonsense", "-"], 'no pass "nonsense"'),
    (["--stop-after=nonsense", "-"], 'no pass "nonsense"'),
    (["--symbols=-3,2", "-"], '"-3" is no extent'),
    (["--symbols=a", "-"], '"a" is no extent'),
    (["--evaluate", "--symbols=1000000,1000000", "-"], "too many elements"),
    (["--emit=asm", "--passes=", "-"], "no kernels to emit"),
    (["--emit=asm", "--stop-after=fuse", "-"], "lacks the attribute kind: run schedule first"),
    (["no/such/file.bl"], "cannot read no/such/file.bl"),
    (["-", "-"], "one file"),
    ([], "no file"),
])
def test_errors(options, words):
    result = opt(*options)
    assert result.returncode == 1 and result.stdout == ""
    assert result.stderr.startswith("broadloom-opt: ") and words in result.stderr


@pytest.mark.parametrize("text, words", [
    ("", "expected 'graph'"),
    (MANY_SYMBOLS, "too many symbols"),
    ("graph @f(%x: f64[3]) { %y = nonsense %x return %y }", "nonsense"),
    ("graph @f(%x: f64[3]) { %y = broadcast_to %x {shape=[100000,100000,3]} %z = exp %y return %z }", "too many to evaluate"),
])
def test_wrong_texts(text, words):
    result = opt("--evaluate", "-", text=text)
    assert result.returncode == 1 and words in result.stderr
