"""The command line: what is refused, with which words and which exit code."""

import subprocess
import sys
from pathlib import Path

import pytest

from tui import __version__
from tui.__main__ import main, parser
from tui.app import Browser
from tui.db.address import parse_address
from tui.db.journal import Journal
from tui.db.options import JOURNAL_SIZE, Options, Start


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    assert capsys.readouterr().out == f"tui {__version__}\n"


def test_help_names_the_forms_of_an_address(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    shown = capsys.readouterr().out
    for word in ("postgresql://", "sqlite:///", ":memory:", "PGPASSWORD", "--table", "--read-only", "--echo"):
        assert word in shown


@pytest.mark.parametrize(
    "text",
    [
        "missing.db",
        ".",
        "mongodb://user:S3cr3t@host/x",
        "postgresql://user:S3cr3t@host:port/x",
        "sqlite://two-slashes.db",
        "\0",
    ],
)
def test_what_cannot_be_opened_is_one_sentence_and_exit_code_2(
    text: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main([text]) == 2
    out, error = capsys.readouterr()
    assert not out
    assert error.startswith("tui: ")
    assert error.count("\n") == 1
    assert "S3cr3t" not in error
    assert not list(tmp_path.iterdir())


def test_the_environment_names_the_database_where_no_argument_does(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "from-the-environment.db")
    assert main([]) == 2
    assert "from-the-environment.db" in capsys.readouterr().err
    assert main(["an-argument.db"]) == 2
    assert "an-argument.db" in capsys.readouterr().err


def test_unknown_options_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["--no-such-option"])
    assert "--no-such-option" in capsys.readouterr().err


def test_options_are_understood() -> None:
    parsed = parser().parse_args(["x.db", "--table", "users", "--read-only", "--echo", "log.sql"])
    assert (parsed.url, parsed.table, parsed.read_only, parsed.echo) == (
        "x.db",
        "users",
        True,
        Path("log.sql"),
    )


@pytest.mark.parametrize(
    ("arguments", "size"), [([], JOURNAL_SIZE), (["--no-journal"], 0), (["--journal-size", "7"], 7)]
)
def test_a_journal_is_kept_unless_it_is_not_wanted(arguments: list[str], size: int) -> None:
    assert parser().parse_args([":memory:", *arguments]).journal_size == size


@pytest.mark.parametrize("arguments", [["--sort", "-a,b"], ["--sort=-a,b"]])
def test_a_sort_may_begin_with_a_minus(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Start | None] = []

    def note(app: Browser) -> None:
        given.append(app._start)
        app._directory.cleanup()

    monkeypatch.setattr("tui.app.Browser.run", note)
    assert main([":memory:", "--table", "t", "--where", "a = 1", *arguments]) == 0
    assert given == [Start("t", "a = 1", "-a,b")]


def test_time_limits_are_understood_and_have_their_usual_values(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[Options] = []

    def note(app: Browser) -> None:
        given.append(app._options)
        app._directory.cleanup()

    monkeypatch.setattr("tui.app.Browser.run", note)
    main([":memory:"])
    main([":memory:", "--connect-limit", "3", "--statement-limit", "0.5", "--lock-limit", "60"])
    assert given == [Options(), Options(connect_limit=3, statement_limit=0.5, lock_limit=60)]


@pytest.mark.parametrize("name", ["connect", "statement", "lock"])
@pytest.mark.parametrize("text", ["0", "-1", "soon", "nan", "inf", "", "0.0001", "1e9"])
def test_a_time_limit_that_is_none_is_refused_with_a_sentence(
    name: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([":memory:", f"--{name}-limit={text}"])
    assert "is no number of seconds from 0.001 to 1000000: write 30, or 0.5." in capsys.readouterr().err


def test_the_module_can_be_run() -> None:
    command = [sys.executable, "-m", "tui", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == f"tui {__version__}\n"


def test_the_journal_is_opened_read_only_once_there_is_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    shown: list[tuple[str, bool]] = []

    def note(app: Browser) -> None:
        assert app._address is not None
        shown.append((app._address.label, app._address.read_only))
        app._directory.cleanup()

    monkeypatch.setattr("tui.app.Browser.run", note)
    assert main(["--journal"]) == 2
    assert "There is no journal yet: it begins with the first save." in capsys.readouterr().err
    Journal(tmp_path / "tui" / "journal.db").begin(parse_address(":memory:"), [])
    assert main(["--journal"]) == 0
    assert shown == [("journal", True)]


@pytest.mark.parametrize("size", ["0", "-1", "much", "1.5", "99999999"])
def test_a_size_of_the_journal_that_is_none_is_refused(size: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([":memory:", f"--journal-size={size}"])
    assert "is no size from 1 to 1,000,000 MiB: write 100." in capsys.readouterr().err
