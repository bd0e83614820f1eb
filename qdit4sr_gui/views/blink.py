"""Blink: one pane that shows one image at a time, so that the eyes need not move."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from qdit4sr_gui.state.view_image import ViewImage

from .image_set import ImageSet
from .pane import Pane
from .view_state import ViewState


class BlinkPane(Pane):
    """A `Pane` that can change its image by itself at a steady beat."""

    beat = Signal()
    """Time to show the next image."""

    def __init__(self, state: ViewState, parent: QWidget | None = None) -> None:
        super().__init__(state, "", parent)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.beat)

    def refresh(self, images: ImageSet) -> None:
        """Show the selected image."""
        image = images.image(images.selected) or ViewImage("", "")
        self.set_image(image, images.pyramid(image.key), images.preview(image.key))
        self.set_marks(images.number(image.key), False, image.key == images.reference != "")
        self.set_progress(images.progress(image.key))
        self.forget_all_but(images.pyramids())

    def set_beat(self, milliseconds: int) -> None:
        """Blink every so many milliseconds; 0 stops."""
        if milliseconds > 0:
            self._timer.start(milliseconds)
        else:
            self._timer.stop()

    @Slot(int)
    def change_beat(self, milliseconds: int) -> None:
        """Blink at another beat, if it blinks."""
        if self.beating:
            self.set_beat(milliseconds)

    @property
    def beat_milliseconds(self) -> int:
        """How long one image is shown."""
        return self._timer.interval()

    @property
    def beating(self) -> bool:
        """Is it changing by itself?"""
        return self._timer.isActive()
