"""What to do with a photo that would take very long: a part of it, a smaller one, or all of it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from qdit4sr_gui.controllers.ask import Ask
from qdit4sr_gui.controllers.photos import PhotoController
from qdit4sr_gui.controllers.runs import RunController
from qdit4sr_gui.panels.status import estimate_sentence
from qdit4sr_gui.state.workspace import SCALE, Photo, Workspace
from qdit4sr_gui.style.translation import tr

from .screen_fit import open_dialog

REDUCED = (512, 1024, 2048)
"""Longer sides that a photo can be reduced to, in pixels."""


class LargePhotos(QObject):
    """Asks when large photos are opened, and opens the dialog in which a part is chosen."""

    def __init__(
        self, workspace: Workspace, photos: PhotoController, runs: RunController, ask: Ask, window: QWidget
    ) -> None:
        super().__init__(window)
        self._workspace, self._photos, self._runs, self._ask = workspace, photos, runs, ask
        self._window = window
        photos.largeOpened.connect(self._question)

    def choose_part(self) -> None:
        """Choose with the mouse which part of the photo shown is upscaled."""
        photo = self._workspace.photo()
        if photo is not None:
            self._open_crop(photo, replacing=False)

    def choose_size(self) -> None:
        """Ask how large a smaller copy of the photo shown should be."""
        photo = self._workspace.photo()
        if photo is None:
            return
        longest = max(photo.image.size)
        sizes = [side for side in REDUCED if side < longest]
        if not sizes:
            self._ask.say(tr("This photo is small already."))
            return
        names = [tr("{side} pixels", side=side) for side in sizes]
        chosen = self._ask.choose(tr("Longer side of the smaller copy"), names)
        if chosen is not None:
            self._photos.reduce([photo.key], sizes[chosen])

    @Slot(list)
    def _question(self, photos: list[Photo]) -> None:
        first = photos[0]
        width, height = first.image.size
        text = tr(
            "{name} has {width} × {height} pixels; its result would have {wide} × {tall}.",
            name=first.name,
            width=width,
            height=height,
            wide=SCALE * width,
            tall=SCALE * height,
        )
        cost = self._runs.estimate([first])
        if cost is not None:
            text = f"{text} {estimate_sentence(cost.seconds, cost.memory_bytes)}".rstrip()
        if len(photos) > 1:
            text += " " + tr("{count} photos are that large.", count=len(photos))
        answers = [tr("Only a part…"), tr("Reduce to {side} pixels", side=REDUCED[1]), tr("Keep it whole")]
        answer = self._ask.choose(text, answers)
        if answer == 0:
            self._open_crop(first, replacing=True)
        elif answer == 1:
            self._photos.reduce([photo.key for photo in photos], REDUCED[1], replacing=True)

    def _open_crop(self, photo: Photo, replacing: bool) -> None:
        from qdit4sr_gui.dialogs.crop import CropDialog

        dialog = CropDialog(photo.image.pixels, self._window)
        dialog.chosen.connect(
            lambda x, y, width, height: self._photos.crop(photo.key, (x, y, width, height), replacing)
        )
        open_dialog(dialog)
