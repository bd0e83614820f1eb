"""The `qdit4sr` command: the window without arguments, the command line with them."""

import os
import sys
from collections.abc import Sequence

from .display import display_available

HEADLESS_FOLDER = "qdit4sr-out"
HEADLESS_VARIANTS = "fp,rtn-w4a4,q-dit4sr-w4a4"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the program and return its exit status.

    Args:
        argv: the arguments after the program's name; None takes them from `sys.argv`.

    No arguments open the window; where there is no display, one line says so and the default comparison of
    the bundled photo is written to `qdit4sr-out/`. Any argument goes to the command line.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:2] == ["bench", "gui"]:  # the one command that the core, which knows no window, cannot run
        from qdit4sr_gui.bench.window_benchmark import main as measure_window

        return measure_window(arguments[2:])
    if arguments:
        from qdit4sr_core.cli import main as command_line

        return command_line(arguments)
    if not display_available(sys.platform, os.environ):
        return _compare_without_display()
    from .app import open_window

    return open_window()


def _compare_without_display() -> int:
    from qdit4sr_core.cli import main as command_line

    print(
        f"No display here: comparing the bundled photo without a window, results go to ./{HEADLESS_FOLDER}",
        file=sys.stderr,
    )
    return command_line(["compare", "--variants", HEADLESS_VARIANTS, "--out", HEADLESS_FOLDER])


if __name__ == "__main__":
    sys.exit(main())
