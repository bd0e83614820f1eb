"""The `qdit4sr` command: the window without arguments, the command line with them."""

import contextlib
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from .display import why_no_window

HEADLESS_FOLDER = "qdit4sr-out"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program and return its exit status.

    Args:
        argv: the arguments after the program's name; None takes them from `sys.argv`.

    No arguments, or files and folders that exist, open the window; where none can be opened, one line says
    why, and the default comparison of the bundled photo (or of the photo named) is written to `qdit4sr-out/`.
    Anything else goes to the command line.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:2] == ["bench", "gui"]:  # the one command that the core, which knows no window, cannot run
        from qdit4sr_gui.bench.window_benchmark import main as measure_window

        return measure_window(arguments[2:])
    from qdit4sr_core.cli import COMMANDS

    files = arguments and arguments[0] not in COMMANDS and all(n and os.path.exists(n) for n in arguments)
    if arguments and not files:
        from qdit4sr_core.cli import main as command_line

        return command_line(arguments)
    reason = why_no_window(sys.platform, os.environ)
    if reason:
        return _compare_without_display(reason, arguments[:1])
    with _interrupts_end_it():
        from .app import open_window

        return open_window([Path(name) for name in arguments])


@contextlib.contextmanager
def _interrupts_end_it() -> Iterator[None]:
    """Until the window can ask, Ctrl-C ends the program at once, without a traceback; or stays ignored."""
    before = signal.getsignal(signal.SIGINT)
    ignored = before is signal.SIG_IGN  # by the shell that started it in the background
    signal.signal(signal.SIGINT, signal.SIG_IGN if ignored else signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _compare_without_display(reason: str, photo: Sequence[str] = ()) -> int:
    from qdit4sr_core.cli import main as command_line

    print(
        f"{reason}: comparing {photo[0] if photo else 'the bundled photo'} without a window, "
        f"results go to ./{HEADLESS_FOLDER}",
        file=sys.stderr,
    )
    return command_line(["compare", *photo, "--out", HEADLESS_FOLDER])
