"""Lets Python's garbage collector run in the window's thread only.

Python collects cycles in whichever thread happens to allocate. A QObject freed by a working thread that way
(a closed dialog, a finished animation) corrupts Qt's bookkeeping and crashes the program some time later.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer, Slot

INTERVAL_MILLISECONDS = 500


class WindowThreadCollector(QObject):
    """Switches automatic collection off and collects by a timer, as often as Python itself would.

    Objects that exist when it starts (the imported libraries) are taken out of collection for good, so that
    a collection takes milliseconds.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thresholds = gc.get_threshold()
        gc.disable()
        gc.freeze()
        self._timer = QTimer(self, interval=INTERVAL_MILLISECONDS)
        self._timer.timeout.connect(self.collect_if_due)
        self._timer.start()

    @Slot()
    def collect_if_due(self) -> int:
        """Collect the oldest generation whose threshold is exceeded; returns the number of objects freed."""
        counts = gc.get_count()
        for generation in (2, 1, 0):
            if counts[generation] > self._thresholds[generation] > 0:
                return gc.collect(generation)
        return 0

    def stop(self) -> None:
        """Give collection back to Python."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
