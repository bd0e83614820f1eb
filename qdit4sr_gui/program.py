"""`qdit4sr` as a process of its own: Ctrl-C ends it without a traceback, from its first line to its last."""

import os
import signal
import sys

INTERRUPTED = 130
_SPINS = "1000"


def _let_threads_sleep() -> None:
    """Keep waiting threads from holding the cores that others need; what the user has set stays.

    Those of GNU OpenMP, torch's on Linux, spin for long by themselves. With this many spins two threads
    beside two other programs took 0.6 of the time, and on idle cores the same time as before.
    """
    if "GOMP_SPINCOUNT" not in os.environ and "OMP_WAIT_POLICY" not in os.environ:
        os.environ["GOMP_SPINCOUNT"] = _SPINS  # read when torch is imported


_let_threads_sleep()


def _let_interrupts_end_it() -> None:
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:  # else the shell wants it to go on
        signal.signal(signal.SIGINT, signal.SIG_DFL)


if "multiprocessing.spawn" in sys.modules:  # this is a process that the program itself has started
    from qdit4sr_core.parent_watch import end_with_parent

    end_with_parent()
else:
    _let_interrupts_end_it()  # until somebody can answer: raised within an import, it would be told


def program() -> int:
    """Run `main` on the arguments of the process; returns the exit status."""
    status = INTERRUPTED
    try:
        from .start import main

        status = main()
    except KeyboardInterrupt:  # the process has a handler of its own
        pass
    finally:
        _let_interrupts_end_it()  # what is left to do is leaving
    return status
