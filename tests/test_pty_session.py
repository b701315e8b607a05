"""The terminal that other tests use, tried with tiny programs."""

import signal
import sys
import time
from pathlib import Path

import pytest

from tests.pty_screen import Screen
from tests.pty_session import Terminal


def python(program: str, columns: int = 120, lines: int = 40) -> Terminal:
    """A Python program in a terminal."""
    return Terminal([sys.executable, "-I", "-c", program], columns=columns, lines=lines)


def shown(*chunks: str | bytes) -> tuple[str, list[str]]:
    """The text on a screen that was fed so, and what the terminal answered."""
    replies: list[str] = []
    screen = Screen(20, 3, replies.append)
    for chunk in chunks:
        screen.feed(chunk.encode() if isinstance(chunk, str) else chunk)
    return screen.text().strip(), replies


def test_what_a_program_prints_is_on_the_screen() -> None:
    with python("print('hello 李小龍 🎉')") as terminal:
        terminal.wait_for("hello 李小龍 🎉")
        assert terminal.wait_for_exit() == 0
        assert terminal.exit_code == 0
        assert "李小龍".encode() in terminal.raw


def test_a_program_that_says_nothing_learns_that_its_terminal_is_closed() -> None:
    with python("import time; print('quiet', flush=True); time.sleep(60)") as terminal:
        terminal.wait_for("quiet")
        terminal.settle()
        terminal.hang_up()
        assert terminal.wait_for_exit(10) == -signal.SIGHUP


def test_keys_reach_the_program_and_its_answer_is_timed() -> None:
    with python("import time; name = input('name? '); time.sleep(0.1); print('<' + name + '>')") as terminal:
        assert terminal.started < terminal.wait_for(r"name\?")
        sent = terminal.send("bob\r")
        assert terminal.wait_for("<bob>") - sent > 0.1


def test_named_keys_are_what_an_xterm_sends() -> None:
    program = "import os, tty; tty.setraw(0); print('ready'); print(ascii(os.read(0, 99)))"
    with python(program) as terminal:
        terminal.wait_for("ready")
        terminal.press("down", "ctrl+c", "g", "escape", "enter")
        terminal.wait_for(r"b'\\x1b\[B\\x03g\\x1b\\r'")


def test_waiting_in_vain_shows_the_screen() -> None:
    with python("import time; print('something else'); time.sleep(60)") as terminal:
        terminal.wait_for("else")
        with pytest.raises(AssertionError, match=r"time is up.*(?s:.)*something else"):
            terminal.wait_for("never", timeout=0.1)


def test_waiting_for_a_program_that_ended_says_so() -> None:
    with (
        python("import sys; print('bye'); sys.exit(3)") as terminal,
        pytest.raises(AssertionError, match=r"ended with 3(?s:.)*bye"),
    ):
        terminal.wait_for("never")


def test_a_condition_can_be_waited_for() -> None:
    with python("for i in range(1, 9): print(i)") as terminal:
        terminal.wait_for(lambda text: text.split() == list("12345678"))


def test_the_program_knows_its_size_and_hears_of_another_one() -> None:
    program = (
        "import os, signal, time\n"
        "say = lambda *_: os.write(1, str(os.get_terminal_size()).encode())\n"
        "signal.signal(signal.SIGWINCH, say); say(); time.sleep(60)"
    )
    with python(program, columns=80, lines=24) as terminal:
        terminal.wait_for("columns=80, lines=24")
        terminal.resize(100, 30)
        terminal.wait_for("columns=100, lines=30")


def test_control_c_interrupts_as_in_a_terminal() -> None:
    with python("import time; print('ready'); time.sleep(60)") as terminal:
        terminal.wait_for("ready")
        terminal.press("ctrl+c")
        assert terminal.wait_for_exit() == -signal.SIGINT


def test_the_whole_tree_is_killed_at_the_end() -> None:
    program = "import subprocess; p = subprocess.Popen(['sleep', '60']); print('pid', p.pid); p.wait()"
    with python(program) as terminal:
        terminal.wait_for(r"pid \d+")
        child = int(terminal.text().split()[1])
        assert terminal.processes() == [terminal.pid, child]
        assert terminal.memory() > 1_000_000
    assert terminal.exit_code == -signal.SIGKILL
    assert not is_running(child)


def is_running(pid: int) -> bool:
    """Whether a process is still there after a while (a zombie isn't)."""
    for _ in range(3000):
        stat = Path(f"/proc/{pid}/stat")
        if not stat.exists() or ") Z " in stat.read_text():
            return False
        time.sleep(0.01)
    return True


def test_a_half_drawn_frame_is_not_looked_at() -> None:
    program = (
        "import sys, time\n"
        "print('\\x1b[?2026hfirst half', end='', flush=True); time.sleep(0.3)\n"
        "print(', second half\\x1b[?2026l', flush=True); time.sleep(60)"
    )
    with python(program) as terminal:
        terminal.wait_for("first half")
        assert "first half, second half" in terminal.text()


def test_sequences_that_no_one_can_see_leave_no_trace() -> None:
    text, replies = shown(
        "a\x1b[>1u\x1b[=0;1u\x1b[38;2;1;2;3mb\x1b_Gi=1;AAAA\x1b\\\x1b]52;c;eA==\x07\x1b[?1u\x1b[<uc"
    )
    assert (text, replies) == ("abc", [])


def test_sequences_may_be_cut_anywhere() -> None:
    whole = "x\x1b[2;3H€\x1b]2;title\x1b\\y\x1b[1m".encode()
    assert {shown(whole[:i], whole[i:])[0] for i in range(len(whole))} == {"x\n  €y"}


def test_another_screen_is_empty() -> None:
    assert shown("before\x1b[?1049hin\x1b[?1049lafter")[0] == "after"


@pytest.mark.parametrize(
    ("query", "answer"),
    [
        ("\x1b[?2026$p", "\x1b[?2026;2$y"),
        ("\x1b[?2048$p", "\x1b[?2048;0$y"),
        ("\x1b[c", "\x1b[?6c"),
        ("\x1b[6n", "\x1b[1;1R"),
        ("\x1b[18t", "\x1b[8;3;20t"),
        ("\x1b]11;?\x07", "\x1b]11;rgb:1212/1212/1212\x1b\\"),
        ("\x1b[>q", "\x1bP>|pyte\x1b\\"),
        ("\x1bP+q544e\x1b\\", "\x1bP0+r\x1b\\"),
    ],
)
def test_queries_are_answered(query: str, answer: str) -> None:
    assert shown(query) == ("", [answer])


def test_the_title_is_known() -> None:
    with python("print('\\x1b]2;my title\\x07there')") as terminal:
        terminal.wait_for("there")
        assert terminal.title == "my title"
