"""All images side by side: one pane an image, in the order of the `ImageSet`."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from qdit4sr_gui.state.view_image import ViewImage

from .grid import Grid
from .image_set import ImageSet
from .pane import Pane
from .view_state import ViewState


class GridView(Grid):
    """A `Grid` that keeps its panes in line with the images."""

    paneAdded = Signal(object)

    def __init__(self, state: ViewState, images: ImageSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = state
        self._images = images
        self._panes_by_key: dict[str, Pane] = {}
        self.empty = Pane(state)
        """Shown while there are no images."""
        self.empty.invites_files = True
        self.set_panes([self.empty])

    @property
    def image_panes(self) -> list[Pane]:
        """All panes, also the one shown while there are no images."""
        return [self.empty, *self._panes_by_key.values()]

    def set_empty_text(self, text: str) -> None:
        """The sentence shown while there are no images."""
        self.empty.set_image(ViewImage("", "", hint=text), None)

    def refresh(self) -> None:
        """Show what the image set has."""
        images = self._images
        if [image.key for image in images.images] != list(self._panes_by_key):
            self._rebuild()
        width, height = images.canvas()
        if width and height:
            self.set_aspect(width / height)
        several = len(images.images) > 1
        for image in images.images:
            pane = self._panes_by_key[image.key]
            pane.set_image(image, images.pyramid(image.key), images.preview(image.key))
            pane.set_progress(images.progress(image.key))
            selected, reference = image.key == images.selected, image.key == images.reference
            pane.set_marks(
                images.number(image.key), several and selected, several and reference and not image.nameless
            )
            pane.forget_all_but(images.pyramids())

    @Slot(str)
    def show_progress(self, key: str) -> None:
        """Update one pane's progress bar."""
        if key in self._panes_by_key:
            self._panes_by_key[key].set_progress(self._images.progress(key))

    def _rebuild(self) -> None:
        old, self._panes_by_key = self._panes_by_key, {}
        for index, image in enumerate(self._images.images):
            pane = old.get(image.key)
            if pane is None:
                pane = Pane(self._state, image.key, stagger=index)
                self.paneAdded.emit(pane)
            self._panes_by_key[image.key] = pane
        self.set_panes(list(self._panes_by_key.values()), keep=self.empty)
