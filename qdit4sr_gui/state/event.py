"""What the models of the window tell: typed events, in which no listener can silence another."""

from __future__ import annotations

import sys

from psygnal import Signal, SignalInstance


class _EveryListener(SignalInstance):
    """Calls all listeners, also those after one that raises; its error goes where uncaught errors go."""

    def _run_emit_loop_immediate(self) -> None:
        values = self._emit_queue.popleft()
        for listener in list(self._slots):
            if not listener._is_alive():  # its object went while this event was told
                continue
            try:
                listener.cb(values)
            except Exception:
                sys.excepthook(*sys.exc_info())


def event(*types: type) -> Signal:
    """An event that carries values of these types, to be assigned in the body of a class."""
    return Signal(*types, signal_instance_class=_EveryListener)
