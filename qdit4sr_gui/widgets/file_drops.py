"""Files dropped anywhere on a window, wherever no panel takes them itself."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote_to_bytes

from PySide6.QtCore import QEvent, QMimeData, QObject, QUrl, Signal
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
    return [_local_path(url) for url in data.urls() if url.isLocalFile()]


def _local_path(url: QUrl) -> Path:
    """The file of an address; a name that is no UTF-8, which Qt would replace, keeps its bytes."""
    if os.name != "posix":
        return Path(url.toLocalFile())
    encoded = url.path(QUrl.ComponentFormattingOption.FullyEncoded)
    return Path(os.fsdecode(unquote_to_bytes(encoded)))
