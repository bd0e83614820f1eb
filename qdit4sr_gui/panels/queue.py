"""The photos of the session with thumbnails: which variants are done, which photo is shown."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEvent, QItemSelectionModel, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPixmap,
)
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from qdit4sr_core.file_names import readable
from qdit4sr_core.pairing import is_photo
from qdit4sr_gui.state.workspace import Photo
from qdit4sr_gui.style.icons import unchanged_icon
from qdit4sr_gui.style.plain_tip import plain_tip
from qdit4sr_gui.style.rgb_image import rgb_image
from qdit4sr_gui.style.translation import tr
from qdit4sr_gui.widgets.controls import name_control
from qdit4sr_gui.widgets.events_first import EventsFirst
from qdit4sr_gui.widgets.file_drops import local_files
from qdit4sr_gui.widgets.placeholder import placeholder

from .truth_place import TruthPlace

THUMBNAIL = 56


def thumbnail(pixels: np.ndarray, side: int = THUMBNAIL, ratio: float = 1.0) -> QPixmap:
    """The middle square of uint8 (H, W, 3) pixels as a small pixmap, sharp where a pixel is `ratio` dots."""
    height, width = pixels.shape[:2]
    edge = min(height, width)
    top, left = (height - edge) // 2, (width - edge) // 2
    image = rgb_image(pixels[top : top + edge, left : left + edge])
    dots = round(side * ratio)
    small = QPixmap.fromImage(
        image.scaled(
            dots, dots, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
    )
    small.setDevicePixelRatio(ratio)
    return small


class QueuePanel(QWidget):
    """The list of photos, which takes drops.

    A file four times as large as the photo it is dropped on is its ground truth, anything else a new photo.
    """

    truthWanted = Signal()
    """The user wants to choose a ground truth for the photo shown."""
    truthGiven = Signal(str, object)
    """Key of the photo shown, and the file dropped as its ground truth."""
    photosRemoved = Signal(list)
    """Keys of the photos that the user deletes."""
    photoSelected = Signal(str)
    filesDropped = Signal(list)
    referenceDropped = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._list = _PhotoList(self)
        self._list.currentItemChanged.connect(self._select)
        self._list.filesDropped.connect(self.filesDropped)
        self._list.deleteWanted.connect(self._delete)
        self._list.referenceDropped.connect(self.referenceDropped)
        name_control(
            self._list,
            tr("Photos"),
            tr("Photos of this session. Drop a ground truth on its photo to pair them; Delete removes."),
        )
        self._empty = placeholder(self._list, tr("Drop photos or a folder here."))
        self.truth = TruthPlace()
        self.truth.clicked.connect(self.truthWanted)
        self.truth.dropped.connect(self._truth_dropped)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(self._list)
        layout.addWidget(self.truth)

    def add_context_actions(self, actions: list[QAction]) -> None:
        """Commands of the list's context menu."""
        self._list.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self._list.addActions(actions)

    def show_photos(self, photos: list[Photo], current: str, state: Callable[[Photo], str]) -> None:
        """List the photos; `state(photo)` is the second line, e.g. "2 of 3 done"."""
        self._list.blockSignals(True)
        for row, photo in enumerate(photos):
            item = self._list.item(row)
            if item is None:
                item = QListWidgetItem()
                self._list.addItem(item)
            if item.data(Qt.ItemDataRole.UserRole) != photo.key:
                item.setData(Qt.ItemDataRole.UserRole, photo.key)
                item.setIcon(unchanged_icon(thumbnail(photo.image.pixels, ratio=self.devicePixelRatioF())))
            height, width = photo.image.pixels.shape[:2]
            truth = " · " + tr("ground truth") if photo.reference is not None else ""
            item.setText(f"{readable(photo.name)}\n{width}×{height}{truth}\n{state(photo)}")
            item.setToolTip(plain_tip(readable(str(photo.image.path or photo.name))))
            if photo.key == current and self._list.currentItem() is not item:
                self._list.setCurrentItem(item, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        while self._list.count() > len(photos):
            self._list.takeItem(len(photos))
        self._list.blockSignals(False)
        self._empty.setVisible(not photos)
        shown = next((photo for photo in photos if photo.key == current), None)
        self.truth.show_state(None if shown is None else shown.reference is not None)

    def selected(self) -> list[str]:
        """Keys of the selected photos, in the order of the list."""
        rows = sorted(self._list.row(item) for item in self._list.selectedItems())
        return [str(self._list.item(row).data(Qt.ItemDataRole.UserRole)) for row in rows]

    @Slot(object)
    def _truth_dropped(self, path: object) -> None:
        item = self._list.currentItem()
        if item is not None:
            self.truthGiven.emit(str(item.data(Qt.ItemDataRole.UserRole)), path)

    @Slot()
    def _delete(self) -> None:
        self.photosRemoved.emit(self.selected())

    @Slot()
    def _select(self) -> None:
        item = self._list.currentItem()
        if item is not None:
            self.photoSelected.emit(item.data(Qt.ItemDataRole.UserRole))


class _PhotoList(QListWidget):
    filesDropped = Signal(list)
    referenceDropped = Signal(str, object)
    deleteWanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        EventsFirst(self, self._take_event)
        self.setSelectionMode(QListWidget.SelectionMode.ExtendedSelection)
        self.setIconSize(QSize(THUMBNAIL, THUMBNAIL))
        self.setAcceptDrops(True)
        self.setSpacing(1)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files are welcome."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Keep accepting; the photo under the mouse shows where a ground truth would go."""
        event.acceptProposedAction()

    def _take_event(self, event: QEvent) -> bool:
        """Delete belongs to the list while it has the focus, not to the regions."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.matches(QKeySequence.StandardKey.Delete)
        ):
            event.accept()
            return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete removes the selected photos."""
        if event.key() == Qt.Key.Key_Delete and self.selectedItems():
            self.deleteWanted.emit()
        else:
            super().keyPressEvent(event)
            self._mark_shown()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """As in any list, but for the photo shown."""
        super().mousePressEvent(event)
        self._mark_shown()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The end of a drag over several photos, or over none."""
        super().mouseReleaseEvent(event)
        self._mark_shown()

    def _mark_shown(self) -> None:
        """The photo shown stays highlighted whatever was clicked."""
        shown = self.currentItem()
        if shown is not None:
            shown.setSelected(True)

    def dropEvent(self, event: QDropEvent) -> None:
        """One image on a photo may be its ground truth, anything else is for the window to tell."""
        paths = local_files(event.mimeData())
        item = self.itemAt(event.position().toPoint())
        if item is not None and len(paths) == 1 and is_photo(paths[0]):
            self.referenceDropped.emit(item.data(Qt.ItemDataRole.UserRole), paths[0])
        elif paths:
            self.filesDropped.emit(paths)
        event.acceptProposedAction()
