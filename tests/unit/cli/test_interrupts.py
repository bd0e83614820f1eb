"""An interrupt in a destructor still stops the work, and prints nothing."""

import importlib
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from qdit4sr_core.cli import main
from qdit4sr_core.cli.interrupts import interrupt_asks_first, no_interrupt_lost


@pytest.fixture(autouse=True)
def ctrl_c_is_raised() -> Iterator[None]:
    """As in a terminal, also where the tests themselves run with Ctrl-C ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def interrupted(args: object) -> int:
    """A command during which Ctrl-C is pressed."""
    signal.raise_signal(signal.SIGINT)
    return 0


class Interrupted:
    def __del__(self) -> None:
        raise KeyboardInterrupt


class Broken:
    def __del__(self) -> None:
        raise ValueError("of another kind")


def test_an_interrupt_in_a_destructor_is_raised_where_it_counts(capfd: pytest.CaptureFixture[str]) -> None:
    def work() -> None:
        thing = Interrupted()
        del thing
        end = time.monotonic() + 30
        while time.monotonic() < end:
            pass

    with pytest.raises(KeyboardInterrupt), no_interrupt_lost():
        work()
    assert capfd.readouterr().err == ""


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_other_errors_there_are_told_as_before() -> None:
    told = []
    before, sys.unraisablehook = sys.unraisablehook, lambda found: told.append(found.exc_type)
    try:
        with no_interrupt_lost():
            thing = Broken()
            del thing
    finally:
        sys.unraisablehook = before
    assert told == [ValueError]


def test_an_error_that_a_library_makes_of_an_interrupt_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken_off(args: object) -> int:
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt as error:
            raise ImportError("the C extensions failed") from error
        return 0

    monkeypatch.setattr("qdit4sr_core.cli.commands.methods.run", broken_off)
    assert main(["methods"]) == 130
    assert capsys.readouterr().err == "qdit4sr: Cancelled.\n"
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


IMPORTED = """
import signal
signal.raise_signal(signal.SIGINT)
whole = True
"""


def test_an_import_comes_in_whole_before_the_interrupt_is_raised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A library of C++ would abort the process if an exception came out of its first lines."""
    (tmp_path / "brought_in_whole.py").write_text(IMPORTED)
    monkeypatch.syspath_prepend(tmp_path)

    def work() -> None:
        importlib.import_module("brought_in_whole")
        end = time.monotonic() + 30
        while time.monotonic() < end:
            pass

    with pytest.raises(KeyboardInterrupt), no_interrupt_lost():
        work()
    assert sys.modules.pop("brought_in_whole").whole


def test_a_command_that_is_run_within_an_import_is_interrupted_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "runs_a_command.py").write_text(
        "import signal\n"
        "from qdit4sr_core.cli.interrupts import no_interrupt_lost\n"
        "with no_interrupt_lost():\n"
        "    signal.raise_signal(signal.SIGINT)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        importlib.import_module("runs_a_command")


def test_where_it_would_end_the_process_a_command_answers_as_well(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """So the program starts: nothing could answer before."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    monkeypatch.setattr("qdit4sr_core.cli.commands.methods.run", interrupted)
    assert main(["methods"]) == 130
    assert capsys.readouterr().err == "qdit4sr: Cancelled.\n"
    assert signal.getsignal(signal.SIGINT) is signal.SIG_DFL


def test_ctrl_c_stays_ignored_where_the_shell_ignores_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    monkeypatch.setattr("qdit4sr_core.cli.commands.methods.run", interrupted)
    assert main(["methods"]) == 0
    assert capsys.readouterr().err == ""
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def test_the_first_interrupt_asks_and_the_second_interrupts(capfd: pytest.CaptureFixture[str]) -> None:
    before = signal.getsignal(signal.SIGINT)
    with interrupt_asks_first("Stopping soon.") as asked:
        assert not asked()
        signal.raise_signal(signal.SIGINT)
        assert asked()
        assert capfd.readouterr().err == "\nqdit4sr: Stopping soon.\n"
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGINT) is before
