"""The compared images with their pyramids, which one is the reference, which one is selected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from qdit4sr_gui.state.pyramid import Pixels, Pyramid
from qdit4sr_gui.state.view_image import ViewImage, usual_reference

from .decorations import Progress
from .pyramid_loader import PyramidLoader

PREVIEW = "preview of "


class ImageSet(QObject):
    """What the views show. Keys are unique; order is the order of the panes."""

    rearranged = Signal()
    """Other images, or another order."""
    changed = Signal()
    """Anything about what is shown; `rearranged` comes first."""
    progressChanged = Signal(str)
    selectionChanged = Signal(str)
    referenceChanged = Signal(str)
    ready = Signal()
    """Every image given so far is prepared for painting."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.images: tuple[ViewImage, ...] = ()
        self.reference = ""
        self._chosen = ""
        """The reference that was asked for: it comes back with its image, where another stood in."""
        self.selected = ""
        self._headlines: dict[str, str] = {}
        self._canvas: tuple[int, int] | None = None
        self._progress: dict[str, Progress] = {}
        self._loader = PyramidLoader(self)
        self._loader.changed.connect(self._on_pyramid)
        self._loader.failed.connect(self._on_unusable)
        self._loader.finished.connect(self.ready)

    def set_images(self, images: Sequence[ViewImage], canvas: tuple[int, int] | None) -> None:
        """Replace the images; pyramids of unchanged pixels are kept. ValueError for keys given twice."""
        keys = [image.key for image in images]
        if len(set(keys)) != len(keys):
            raise ValueError(f"image keys must be unique, got {keys}")
        rearranged = keys != [image.key for image in self.images]
        self.images, self._canvas = self._with_headlines(images), canvas
        running = {image.key for image in images if image.pixels is None and not image.error}
        self._progress = {key: value for key, value in self._progress.items() if key in running}
        self._loader.keep_only(set(keys) | {PREVIEW + key for key in keys})
        for image in images:
            self._loader.set_pixels(image.key, image.pixels)
            if image.error or self._loader.pyramid(image.key) is not None:
                self._loader.set_pixels(PREVIEW + image.key, None)
        reference = self._chosen if self._chosen in keys else usual_reference(images)
        if reference != self.reference:
            self._set_reference(reference)
        if self.selected not in keys:
            self._set_selected(keys[1] if len(keys) > 1 else keys[0] if keys else "")
        if rearranged:
            self.rearranged.emit()
        self.changed.emit()

    def set_headlines(self, headlines: dict[str, str]) -> None:
        """The number that says most about each image, by key."""
        if headlines != self._headlines:
            self._headlines = dict(headlines)
            self.images = self._with_headlines(self.images)
            self.changed.emit()

    def _with_headlines(self, images: Sequence[ViewImage]) -> tuple[ViewImage, ...]:
        return tuple(replace(image, headline=self._headlines.get(image.key, "")) for image in images)

    def set_preview(self, key: str, pixels: Pixels | None) -> None:
        """An estimate to show until there are pixels."""
        image = self.image(key)
        if image is not None and (pixels is None or image.pixels is None):
            self._loader.set_pixels(PREVIEW + key, pixels)
            if pixels is None:
                self.changed.emit()

    def set_progress(self, key: str, progress: Progress | None) -> None:
        """How far an image's computation is; None: not being computed."""
        if progress is None:
            self._progress.pop(key, None)
        else:
            self._progress[key] = progress
        self.progressChanged.emit(key)

    def canvas(self) -> tuple[int, int]:
        """Width and height of the output: as told, else of the largest image; (0, 0) without any."""
        return self._canvas or largest_size(self.images)

    def image(self, key: str) -> ViewImage | None:
        """The image of that key."""
        return next((image for image in self.images if image.key == key), None)

    def number(self, key: str) -> str:
        """The number key of an image, "" beyond the ninth."""
        keys = [image.key for image in self.images]
        return str(keys.index(key) + 1) if key in keys[:9] else ""

    def pyramid(self, key: str) -> Pyramid | None:
        """What is ready to be painted."""
        return self._loader.pyramid(key)

    def preview(self, key: str) -> Pyramid | None:
        """The newest estimate."""
        return self._loader.pyramid(PREVIEW + key)

    def progress(self, key: str) -> Progress | None:
        """How far it is, if it is being computed."""
        return self._progress.get(key)

    def pyramids(self) -> set[Pyramid]:
        """All pyramids in use."""
        return self._loader.pyramids()

    @property
    def busy(self) -> bool:
        """Are images being prepared?"""
        return self._loader.busy

    def select(self, key: str) -> None:
        """Select an image."""
        if self.image(key) is not None and key != self.selected:
            self._set_selected(key)
            self.changed.emit()

    def step(self, steps: int) -> None:
        """Select the next (or previous) image, round and round."""
        if self.images:
            keys = [image.key for image in self.images]
            self.select(keys[(keys.index(self.selected) + steps) % len(keys)])

    def set_reference(self, key: str) -> None:
        """Choose what the others are compared with."""
        if self.image(key) is None:
            return
        self._chosen = key
        if key != self.reference:
            self._set_reference(key)
            self.changed.emit()

    @Slot(str)
    def choose_first(self, key: str) -> None:
        """Choose the reference of a pair; the other one's image changes places with it."""
        before, other = self.reference, self.counterpart()
        self.set_reference(key)
        if key == other:
            self.select(before)

    @Slot(str)
    def choose_second(self, key: str) -> None:
        """Choose the image to set against the reference; the reference changes places with it."""
        if key == self.reference:
            self.set_reference(self.counterpart())
        self.select(key)

    def counterpart(self) -> str:
        """The image to set against the reference: the selected one, or else the first other one."""
        if self.selected != self.reference:
            return self.selected
        return next((image.key for image in self.images if image.key != self.reference), self.reference)

    def _set_reference(self, key: str) -> None:
        self.reference = key
        self.referenceChanged.emit(key)

    def _set_selected(self, key: str) -> None:
        self.selected = key
        self.selectionChanged.emit(key)

    @Slot(str)
    def _on_pyramid(self, key: str) -> None:
        if not key.startswith(PREVIEW):  # the estimate was shown until now, so that the pane never blinks
            self._loader.set_pixels(PREVIEW + key, None)
        self.changed.emit()

    @Slot(str, str)
    def _on_unusable(self, key: str, message: str) -> None:
        self.images = tuple(
            replace(image, pixels=None, error=message) if image.key == key else image for image in self.images
        )
        self.changed.emit()


def largest_size(images: Sequence[ViewImage]) -> tuple[int, int]:
    """Width and height of the largest image; (0, 0) without any."""
    sizes = [(image.pixels.shape[1], image.pixels.shape[0]) for image in images if image.pixels is not None]
    return max(sizes, key=lambda size: size[0] * size[1], default=(0, 0))
