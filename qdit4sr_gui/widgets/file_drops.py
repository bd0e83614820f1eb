"""Files dropped anywhere on a window, wherever no panel takes them itself."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget


class FileDrops(QObject):
    """Accepts local files dropped on a widget: `dropped(list of Path)`."""

    dropped = Signal(list)

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Offers without files are left to others."""
        entering = event.type() == QEvent.Type.DragEnter
        if (entering or event.type() == QEvent.Type.Drop) and isinstance(event, QDropEvent):
            paths = local_files(event.mimeData())
            if paths:
                event.acceptProposedAction()
                if not entering:
                    self.dropped.emit(paths)
                return True
        return super().eventFilter(watched, event)


def local_files(data: QMimeData) -> list[Path]:
    """The paths among dropped or copied things."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
