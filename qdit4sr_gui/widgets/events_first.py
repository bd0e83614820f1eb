"""A widget's events before the widget itself sees them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget


class EventsFirst(QObject):
    """Gives every event of a widget to a function first, which returns whether that was all.

    In place of an override of `event`: where a handler below one raises, PySide can end the process.
    """

    _take: Callable[[QEvent], bool] | None = None
    """Of the class: stands in where an object that is being collected has lost its own."""

    def __init__(self, widget: QWidget, take: Callable[[QEvent], bool]) -> None:
        super().__init__(widget)
        self._take = take
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002
        """True ends the event here."""
        return self._take is not None and self._take(event)
