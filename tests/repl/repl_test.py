"""The program as a user has it, typed to in a terminal. BROADLOOM names it."""

import pathlib
import re
import signal
import stat
import time

import pytest
from recording import SESSION, Tmux, record
from terminal import PROMPT, SLOW, Terminal


@pytest.fixture
def terminal(home):
    with Terminal(home) as started:
        started.expect(PROMPT)
        yield started


# --- The prompt ---------------------------------------------------------------------------------------------------------


def test_values_are_printed_and_kept(terminal):
    assert terminal.type("x = arange(6).reshape(2, 3)") == ""
    assert terminal.type("x * 2").splitlines()[0] == "array([[ 0,  2,  4],"
    assert terminal.type("_.sum()") == "30\n"
    assert terminal.type("1 / 4") == "0.25\n"


def test_nothing_is_computed_before_it_is_shown(terminal):
    terminal.type("x = arange(1000.0); y = sqrt(x) + 1")
    shown = terminal.type("y?")
    assert "float64 (1000,)" in shown and "pending" in shown and "map over" in shown and "sqrt" in shown
    assert "pending" in terminal.type(":show y")
    terminal.type("y")
    assert "pending" not in terminal.type("y?")
    assert "computed already" in terminal.type(":explain y")


def test_an_error_shows_the_place_and_leaves_the_rest(terminal):
    terminal.type("x = ones(3)")
    shown = terminal.type("x + ones(4)")
    assert "x + ones(4)" in shown and "^" in shown and "[3] [4]" in shown
    assert terminal.type("x.sum()") == "3.0\n"


def test_input_of_several_lines(terminal):
    terminal.send("sum(array([1,\r")
    terminal.send("2,\r")
    terminal.send("3]))\r")
    assert terminal.expect(r"\n6\r\n") is not None


def test_pasted_lines_wait_for_enter(terminal):
    terminal.send("\x1b[200~a = 2\nb = 3\na * b\n\x1b[201~")
    time.sleep(0.3)
    terminal.send("\r")
    terminal.expect(r"\n6\r\n")


def test_characters_beyond_ascii(terminal):
    assert terminal.type("'naïve ☃'") == "'naïve ☃'\n"
    terminal.prompt()
    terminal.send("'ä☃ß'\x1b[D\x7f\x7f\r")  # left, and two of them away
    terminal.expect(r"\n'ä'\r\n")
    assert "ASCII" in terminal.type("größe = 3")


def test_backspace_and_cursor_keys(terminal):
    terminal.send("1 + 3\x7f2\x1b[D\x1b[D\x1b[D\x1b[D\x1b[D9\r")  # 91 + 2
    terminal.expect(r"\n93\r\n")


def test_a_name_is_completed(terminal):
    terminal.type("temperature = 3")
    terminal.send("temp\t* 2\r")
    terminal.expect(r"\n6\r\n")


def test_functions_attributes_commands_and_files_are_completed(home, terminal):
    (home / "measured.csv").write_text("1,2\n3,4\n")
    terminal.send("linalg.nor\t(ones(4))\r")
    terminal.expect(r"\n2.0\r\n")
    terminal.type("x = ones((2, 3))")
    terminal.send("x.resh\t(6).sum()\r")
    terminal.expect(r"\n6.0\r\n")
    terminal.prompt()
    terminal.send(":thr\t\r")
    terminal.expect(r"\nthreads  2\r\n")
    terminal.prompt()
    terminal.send(":load m meas\t\r")
    terminal.expect(r"m  float64 \(2, 2\)")


def test_several_completions_are_listed(terminal):
    terminal.send("squ\t\t")
    assert "square" in terminal.expect("squeeze")


# --- Interrupts ---------------------------------------------------------------------------------------------------------


def test_ctrl_c_stops_a_kernel_and_leaves_everything(terminal):
    terminal.type("x = arange(5)")
    terminal.type("sin(ones(3)).sum()")  # kernels of this process are warm
    for _ in range(3):
        terminal.send(SLOW + "\r")
        time.sleep(0.5)
        terminal.send("\x03")
        terminal.expect("interrupted")
        terminal.expect(PROMPT)
    assert terminal.type("x.sum()") == "10\n"


def test_ctrl_c_clears_the_line(terminal):
    terminal.send("1 + (2")
    terminal.send("\x03")
    terminal.expect("\n" + PROMPT)
    assert terminal.type("1 + 1") == "2\n"


def test_ctrl_c_right_behind_what_is_typed(home):
    for _ in range(20):  # the key may come between any two steps of reading
        with Terminal(home) as terminal:
            terminal.expect(PROMPT)
            terminal.send("1 + (2\x03")
            terminal.expect("\n" + PROMPT)
            assert terminal.type("1 + 1") == "2\n"


def test_ctrl_c_leaves_several_lines(terminal):
    terminal.send("sum(array([1,\r2,\r")
    time.sleep(0.2)
    terminal.send("\x03")
    terminal.expect("\n" + PROMPT)
    assert terminal.type("3 + 4") == "7\n"


def test_ctrl_d_leaves(terminal):
    terminal.send("\x04")
    assert terminal.wait() == 0


def test_the_prompt_after_a_script(home):
    (home / "script.bl").write_text("x = 5\nx\n")
    with Terminal(home, "-i", "-e", "y = 2", "script.bl") as terminal:
        assert "5\n" in terminal.expect(PROMPT)
        assert terminal.type("x * y") == "10\n"


def test_ctrl_c_in_a_script_leads_to_the_prompt(home):
    with Terminal(home, "-i", "-e", "'begun'; " + SLOW) as terminal:
        terminal.expect("begun")
        time.sleep(0.3)
        terminal.send("\x03")
        terminal.expect("interrupted")
        terminal.expect(PROMPT)


def test_quit_leaves(terminal):
    terminal.send(":quit\r")
    assert terminal.wait() == 0


def test_stopped_and_continued(terminal):
    terminal.send("1 + ")
    terminal.signal(signal.SIGSTOP)
    terminal.signal(signal.SIGCONT)
    time.sleep(0.2)
    terminal.send("1\r")
    terminal.expect(r"\n2\r\n")


# --- The terminal -------------------------------------------------------------------------------------------------------


def test_arrays_follow_the_width(terminal):
    terminal.resize(120)
    terminal.signal(signal.SIGWINCH)
    wide = terminal.type("arange(60)")
    terminal.resize(40)
    terminal.signal(signal.SIGWINCH)
    narrow = terminal.type("arange(60)")
    assert 80 < max(map(len, wide.splitlines())) <= 120
    assert max(map(len, narrow.splitlines())) <= 40


def test_resizing_keeps_what_is_typed(terminal):
    terminal.send("20 + ")
    terminal.resize(50)
    terminal.signal(signal.SIGWINCH)
    time.sleep(0.2)
    terminal.send("1\r")
    terminal.expect(r"\n21\r\n")


def test_the_whole_screen_after_resizing_and_ctrl_c(home):
    with Tmux(home, columns=60) as tmux:

        def until(seen, wanted):
            end = time.monotonic() + 60
            while (shown := seen()) != wanted:
                assert time.monotonic() < end, shown
                time.sleep(0.05)

        def expect(*rows):
            until(lambda: tmux.rows()[1:], ["bl> 6 * 7", "42", *rows])

        tmux.wait(1)
        tmux("send-keys", "6 * 7", "Enter")
        expect("bl>")
        begin, end = "bl> sum(array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14", "])) + 1"
        tmux("send-keys", "-l", begin.removeprefix("bl> ") + end)
        expect(begin, end)
        for columns in 70, 60, 80:
            tmux("resize-window", "-x", str(columns))  # upon which tmux itself draws, too: another key tells when we have
            tmux("send-keys", "0")
            end += "0"
            expect(begin, end) if columns == 60 else expect(begin + end)
        tmux("resize-window", "-x", "60")
        tmux("send-keys", "0", "Home")
        until(lambda: tmux("display-message", "-p", "#{cursor_x}").strip(), "4")
        tmux("send-keys", "C-c")  # while the cursor is in the first row
        drawn = [begin, end + "0^C"]
        expect(*drawn, "bl>")
        tmux("send-keys", "1 + 1", "Enter")
        expect(*drawn, "bl> 1 + 1", "2", "bl>")


def test_colour_and_no_color(home):
    with Terminal(home) as coloured:
        coloured.expect(PROMPT)
        coloured.type("nothing")
        assert "\x1b[31m" in coloured.raw
    with Terminal(home, NO_COLOR="1") as plain:
        plain.expect(PROMPT)
        plain.type("nothing")
        assert "\x1b[31m" not in plain.raw and "\x1b[1;36m" not in plain.raw


def test_a_dumb_terminal_gets_no_escapes(home):
    with Terminal(home, TERM="dumb") as dumb:
        dumb.expect(PROMPT)
        dumb.type("arange(100)")
        assert "\x1b" not in dumb.raw


def test_a_sparkline_where_the_terminal_has_the_characters(home):
    with Terminal(home) as able:
        able.expect(PROMPT)
        assert "█" in able.type("arange(100)")
    with Terminal(home, LANG="C", NO_COLOR="1") as unable:
        unable.expect(PROMPT)
        assert "█" not in unable.type("arange(100)")


def test_a_line_of_10_mb(terminal):
    terminal.send("x = 3 # " + "ab " * 3_500_000 + "\r")
    terminal.expect("\n" + PROMPT, timeout=120)
    assert terminal.type("x", timeout=120) == "3\n"


def test_a_pasted_line_of_10_mb(terminal):
    terminal.send("\x1b[200~text = '" + "a" * 10_000_000 + "'\x1b[201~\r")
    terminal.expect("\n" + PROMPT, timeout=120)
    assert terminal.type("1 + 1", timeout=120) == "2\n"


def test_binary_rubbish_leaves_a_prompt_that_works(terminal):
    for rubbish in bytes(range(0x80, 0x100)) * 4 + b"\r", b"\x1b[99;99X\x1b]\x00\x01\x02\x05\x06\x0e\x15\r", b"\x03", b"\x03":
        terminal.send(rubbish)
        terminal.expect("\n" + PROMPT)
    assert terminal.type("1 + 1") == "2\n"


# --- History ------------------------------------------------------------------------------------------------------------


def history_file(home):
    return home / ".local/state/broadloom/history"


def test_history_is_kept_between_runs(home):
    with Terminal(home) as first:
        first.expect(PROMPT)
        first.type("6 * 7")
        first.send("\x04")
        first.wait()
    assert stat.S_IMODE(history_file(home).stat().st_mode) == 0o600
    with Terminal(home) as second:
        second.expect(PROMPT)
        second.send("\x1b[A\r")  # up
        second.expect(r"\n42\r\n")
        assert "6 * 7" in second.type(":history")
        second.send("\x126 *")  # Ctrl-R
        second.send("\r")
        second.expect(r"\n42\r\n")


def test_history_goes_where_the_user_keeps_state(home):
    with Terminal(home, XDG_STATE_HOME=str(home / "state")) as terminal:
        terminal.expect(PROMPT)
        terminal.type("1")
    assert (home / "state/broadloom/history").read_text() == "1\n"
    assert not history_file(home).exists()


def test_history_of_several_lines_is_one_entry(home):
    with Terminal(home) as terminal:
        terminal.expect(PROMPT)
        terminal.send("sum(ones(\r3))\r")
        terminal.expect(r"\n3.0\r\n")
    assert history_file(home).read_text().count("\n") == 1


def test_history_that_cannot_be_written_harms_nothing(home):
    (home / ".local").write_text("no folder")
    with Terminal(home) as terminal:
        terminal.expect(PROMPT)
        assert terminal.type("1 + 1") == "2\n"
        terminal.send("\x04")
        assert terminal.wait() == 0


def test_history_is_bounded(home):
    history_file(home).parent.mkdir(parents=True)
    history_file(home).write_text("".join(f"{i}\n" for i in range(10_000)) + "\\\\x \\q\n" + "y" * 200_000 + "\n")
    with Terminal(home) as terminal:
        terminal.expect(PROMPT)
        assert terminal.type(":history 3").splitlines()[-1].endswith(":history 3")
        terminal.send("\x04")
        terminal.wait()
    assert history_file(home).read_text().count("\n") < 5000


# --- The docs -----------------------------------------------------------------------------------------------------------


def test_the_attributes_of_the_docs_are_those_of_arrays(terminal):
    page = (pathlib.Path(__file__).parents[2] / "docs/repl.md").read_text()
    listed = page[page.index("Arrays have the attributes"):page.index("- `x = expr`")]
    terminal.type("x = ones(3)")
    terminal.send("x.\t")
    terminal.expect(r"x\.\r\n")
    offered = terminal.expect(PROMPT).split()
    assert sorted(offered) == sorted(re.findall("`(\\w+)`", listed))


def test_the_recorded_session_is_up_to_date():
    assert record() == SESSION.read_text(), "tests/repl/recording.py writes it anew"
