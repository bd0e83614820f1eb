"""The program as a process: an interrupt at any of its own lines ends it without a traceback."""

import os
import signal
import subprocess
import sys

import pytest

INTERRUPT_AT = """
import builtins, signal, sys
from qdit4sr_gui.program import program
signal.signal(signal.SIGINT, {handler})
real = builtins.__import__
def interrupt(name, *rest):
    if {name!r} in (name, *(rest[2] or () if len(rest) > 2 else ())):
        signal.raise_signal(signal.SIGINT)
    return real(name, *rest)
builtins.__import__ = interrupt
sys.argv = ["qdit4sr", "methods"]
sys.exit(program())
"""
AT_EXIT = """
import atexit, signal, sys
from qdit4sr_gui.program import program
signal.signal(signal.SIGINT, {handler})
atexit.register(lambda: signal.raise_signal(signal.SIGINT))
sys.argv = ["qdit4sr", "methods"]
sys.exit(program())
"""
AFTER_THE_FIRST_LINE = """
import gc, signal, sys, weakref
signal.signal(signal.SIGINT, {handler})
from qdit4sr_gui.program import program
class Thing: pass
thing = Thing()
told = weakref.ref(thing, lambda _: signal.raise_signal(signal.SIGINT))
del thing  # Python prints what is raised here, as in its own locks of imports, and goes on
"""
RAISED = "signal.default_int_handler"  # also where the tests themselves run with Ctrl-C ignored
IGNORED = "signal.SIG_IGN"  # as the shell does with `qdit4sr ... &` in a script


def ended(code: str) -> tuple[int, str]:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


@pytest.mark.parametrize("name", ["pathlib", "argparse", "commands", "qdit4sr_core.cli", "streams"])
def test_an_interrupt_while_the_first_modules_come_in_is_no_traceback(name: str) -> None:
    assert ended(INTERRUPT_AT.format(name=name, handler=RAISED)) in (
        (130, ""),
        (130, "qdit4sr: Cancelled.\n"),
    )


@pytest.mark.skipif(sys.platform == "win32", reason="signals end a process otherwise there")
def test_an_interrupt_between_the_first_line_and_the_command_is_neither_told_nor_lost() -> None:
    assert ended(AFTER_THE_FIRST_LINE.format(handler=RAISED)) == (-signal.SIGINT, "")


@pytest.mark.skipif(sys.platform == "win32", reason="signals end a process otherwise there")
def test_an_interrupt_at_the_end_is_no_traceback() -> None:
    assert ended(AT_EXIT.format(handler=RAISED)) == (-signal.SIGINT, "")


@pytest.mark.skipif(sys.platform == "win32", reason="no shell ignores the signal there")
@pytest.mark.parametrize(
    "code", [INTERRUPT_AT.replace("{name!r}", "'streams'"), AFTER_THE_FIRST_LINE, AT_EXIT]
)
def test_ctrl_c_stays_ignored_where_the_shell_ignores_it(code: str) -> None:
    assert ended(code.format(handler=IGNORED)) == (0, "")


@pytest.mark.parametrize(
    ("given", "wanted"),
    [({}, "1000"), ({"GOMP_SPINCOUNT": "7"}, "7"), ({"OMP_WAIT_POLICY": "active"}, "None")],
)
def test_waiting_threads_leave_busy_cores_unless_the_user_said_otherwise(given, wanted) -> None:
    environ = {k: v for k, v in os.environ.items() if k not in ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY")}
    code = (
        "import os, sys; from qdit4sr_gui.program import program; "
        "print(os.environ.get('GOMP_SPINCOUNT'), 'torch' in sys.modules)"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], env=environ | given, capture_output=True, text=True, check=True
    )
    assert found.stdout.split() == [wanted, "False"]  # read when torch is imported: it must come later
