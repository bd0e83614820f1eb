"""Brings photos and ground truths into the workspace; they are read off the window's thread."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QImage, QPixmap

from qdit4sr_core.errors import QDiT4SRError
from qdit4sr_core.images import (
    MAX_PIXELS,
    LoadedImage,
    fit_reference,
    load_image,
    load_sample,
    lr_sample,
    reduced,
    sample_names,
)
from qdit4sr_core.pairing import PhotosByName, list_photos
from qdit4sr_core.progress import CancelCheck
from qdit4sr_core.variant_text import VariantText
from qdit4sr_gui.state.model_choice import sort_offered
from qdit4sr_gui.state.removals import Removal
from qdit4sr_gui.state.workspace import SCALE, Photo, Workspace, images_in
from qdit4sr_gui.style.translation import said_of, tr
from qdit4sr_gui.widgets.file_drops import local_files
from qdit4sr_gui.work.tasks import TaskRunner, telling

LARGE_PIXELS = 1_000_000
"""Photos with more pixels are asked about when they are opened."""


@dataclass(frozen=True)
class _Opened:
    photos: tuple[tuple[str, LoadedImage], ...]
    problems: tuple[str, ...]


class _Gone:
    """Photos that are taken out of the queue, brought back and taken out again."""

    def __init__(self, workspace: Workspace, keys: Sequence[str]) -> None:
        self._workspace = workspace
        self._keys = keys
        self._group: list[tuple[int, Photo]] = []

    def there(self) -> list[tuple[int, Photo]]:
        """Those that are in the queue, each with its place."""
        photos = enumerate(self._workspace.photos)
        return [(index, photo) for index, photo in photos if photo.key in self._keys]

    def take_out(self) -> int:
        """Take out those that are there, as they are now; returns how many."""
        self._group = self.there()
        with self._workspace.together():
            for _, photo in self._group:
                self._workspace.remove(photo.key)
        return len(self._group)

    def bring_back(self) -> None:
        """Put them where they were; one that was opened again meanwhile has another key from now on."""
        self._keys = self._workspace.put_back(self._group)


class PhotoController(QObject):
    """Opens photos, drops and pasted pictures, and pairs them with ground truths.

    `failed(sentence, details)` tells what could not be read, `opened(path)` every photo that was,
    `noted(text)` a conversion worth a word.
    """

    failed = Signal(str, str)
    opened = Signal(object)
    noted = Signal(str)
    reading = Signal(object)
    """This path, and others perhaps, is being read."""
    largeOpened = Signal(list)
    """Photos that would take very long, just opened."""
    removed = Signal(int)
    """So many photos were taken out."""
    sessionOffered = Signal(object)
    modelOffered = Signal(object)
    """A session file, a model folder among the files that were offered."""

    def __init__(self, workspace: Workspace, tasks: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._tasks = tasks
        self._welcome = ""
        """Key of the sample that nobody asked for."""
        workspace.replaced.connect(workspace.removals.forget, max_args=0)

    def offer(self, paths: Sequence[Path]) -> None:
        """Open photos, folders of photos, a session, quantized files or a model folder."""
        offered = sort_offered(Path(path) for path in paths)
        if offered.sessions:
            self.sessionOffered.emit(offered.sessions[0])
            left_out = len(offered.sessions) - 1 + len(offered.photos)
            if left_out:
                self.noted.emit(tr("A session is opened alone; files left out: {count}.", count=left_out))
        else:
            self.open_paths(offered.photos)
        for artifact in offered.artifacts:
            self._workspace.offer_variant(VariantText("artifact", path=artifact).text)
        if offered.models:
            self.modelOffered.emit(offered.models[0])

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Add photos and the photos inside folders."""
        if not paths:
            return

        def read(cancelled: CancelCheck) -> _Opened:
            photos, problems = [], []
            for place in paths:
                try:
                    found = images_in([place])
                except QDiT4SRError as error:
                    problems.append(str(error))
                    continue
                for path in found:
                    if cancelled():
                        break
                    try:
                        photos.append((path.name, load_image(path)))
                    except QDiT4SRError as error:
                        problems.append(str(error))
            if not photos and not problems:
                problems.append(
                    tr("There are no images in {folder}.", folder=", ".join(str(p) for p in paths))
                )
            return _Opened(tuple(photos), tuple(problems))

        self.reading.emit(paths[0])
        self._tasks.submit(read, self._add, telling(self.failed.emit))

    @property
    def opening(self) -> bool:
        """True while files are being read."""
        return self._tasks.busy

    def open_sample(self) -> None:
        """Add the bundled samples that are not there yet, with their ground truth."""
        names = [name for name in sample_names() if all(p.name != name for p in self._workspace.photos)]
        if names:
            self._add_sample(names[0])

    def welcome(self) -> None:
        """Show the first sample to somebody who has opened nothing; an own photo takes its place."""
        self._welcome = self._add_sample(sample_names()[0])

    def _add_sample(self, name: str) -> str:
        photo = self._workspace.add(lr_sample(name), name)
        self._workspace.set_reference(photo.key, load_sample(name))
        return photo.key

    def keep_welcome(self) -> None:
        """The sample has been worked with: own photos come beside it."""
        self._welcome = ""

    def _drop_welcome(self) -> None:
        if self._welcome and len(self._workspace.photos) > 1:
            self._workspace.remove(self._welcome)
            self._welcome = ""

    def open_clipboard(self, data: QMimeData | None) -> None:
        """Add the clipboard's files or picture; on some systems an empty clipboard gives None."""
        if data is None:
            data = QMimeData()
        paths = local_files(data)
        if paths:
            self.offer(paths)
            return
        offered = data.imageData() if data.hasImage() else None
        image = offered.toImage() if isinstance(offered, QPixmap) else offered
        image = image if isinstance(image, QImage) else QImage()
        if image.isNull():
            self.failed.emit(tr("The clipboard holds no picture and no image file."), "")
        elif image.width() * image.height() > MAX_PIXELS:
            size = f"{image.width()} x {image.height()}"
            self.failed.emit(tr("The picture of {size} pixels is too large.", size=size), "")
        else:
            self._paste(pixels_of(image))

    def _paste(self, pixels: np.ndarray) -> None:
        """Add a picture without a file; another picture gets another name."""
        digest = hashlib.sha256(f"{pixels.shape}".encode() + pixels.tobytes()).hexdigest()
        names = {photo.image.sha256: photo.name for photo in self._workspace.photos}
        name = names.get(digest)
        number = 1
        while name is None:
            title = tr("Pasted picture") if number == 1 else f"{tr('Pasted picture')} {number}"
            name = title if title not in names.values() else None
            number += 1
        self._workspace.add(LoadedImage(pixels, sha256=digest), name)
        self._drop_welcome()

    def drop_on_photo(self, key: str, path: Path) -> None:
        """A file dropped on a photo of the list: its ground truth if the size says so, else as offered."""
        photo = self._workspace.photo(key)
        if photo is None:
            return
        if not sort_offered([path]).photos:
            self.offer([path])
            return

        def read(_cancelled: CancelCheck) -> tuple[LoadedImage, LoadedImage | None]:
            image = load_image(path)
            return image, _as_reference(image, photo)

        def take(read_in: tuple[LoadedImage, LoadedImage | None]) -> None:
            image, reference = read_in
            if reference is None:
                self._add(_Opened(((path.name, image),), ()))
            else:
                self._pair((key, reference))
                self.noted.emit(
                    tr("{name} is the ground truth of {photo} now.", name=path.name, photo=photo.name)
                )

        self._tasks.submit(read, take, telling(self.failed.emit))

    def set_reference(self, key: str, path: Path) -> None:
        """Give a photo its ground truth from a file; it must be four times as large as the photo."""
        photo = self._workspace.photo(key)
        if photo is None:
            return

        def read(_cancelled: CancelCheck) -> tuple[str, LoadedImage]:
            return key, fitted_reference(load_image(path), photo)

        self._tasks.submit(read, self._pair, telling(self.failed.emit))

    def pair_references(self, folder: Path) -> None:
        """Pair the photos with the files of a folder by name, see `pairing.PhotosByName`.

        What cannot be paired is told at the end; the others are paired.
        """
        photos = list(self._workspace.photos)

        def read(cancelled: CancelCheck) -> tuple[list[tuple[str, LoadedImage]], list[str]]:
            truths = PhotosByName(list_photos(folder))
            paired, problems = [], []
            for photo in photos:
                if cancelled():
                    break
                try:
                    path = truths.find(Path(photo.name).stem)
                    if path is not None:
                        paired.append((photo.key, fitted_reference(load_image(path), photo)))
                except QDiT4SRError as error:
                    problems.append(said_of(photo.name, str(error)))
            return paired, problems

        def take(found: tuple[list[tuple[str, LoadedImage]], list[str]]) -> None:
            paired, problems = found
            if paired or not problems:
                self._pair_all(paired)
            if problems:
                self.failed.emit("\n".join(problems), "")

        self._tasks.submit(read, take, telling(self.failed.emit))

    def crop(self, key: str, part: tuple[int, int, int, int], replacing: bool = False) -> None:
        """A part (x, y, width, height) of a photo as a photo of its own, instead of it or beside it."""
        photo = self._workspace.photo(key)
        if photo is None:
            return
        x, y, width, height = part
        name = f"{Path(photo.name).stem} ({x},{y} {width}×{height})"
        truth = None
        if photo.reference is not None:
            ends = slice(SCALE * y, SCALE * (y + height)), slice(SCALE * x, SCALE * (x + width))
            truth = _derived(photo.reference.pixels[ends])
        cut = _derived(photo.image.pixels[y : y + height, x : x + width])
        self._replace([photo], [(cut, name, truth)], replacing)

    def reduce(self, keys: Sequence[str], longest: int, replacing: bool = False) -> None:
        """Smaller copies of photos, their longer side `longest` pixels, instead of them or beside them."""
        photos = [photo for photo in self._workspace.photos if photo.key in keys]
        smaller = []
        for photo in photos:
            pixels = reduced(photo.image.pixels, longest)
            name = f"{Path(photo.name).stem} ({pixels.shape[1]}×{pixels.shape[0]})"
            smaller.append((_derived(pixels), name, None))
        self._replace(photos, smaller, replacing)

    def _replace(
        self,
        photos: Sequence[Photo],
        made: Sequence[tuple[LoadedImage, str, LoadedImage | None]],
        replacing: bool,
    ) -> None:
        with self._workspace.together():
            if replacing:
                self.remove([photo.key for photo in photos])
            for image, name, truth in made:
                photo = self._workspace.add(image, name)
                if truth is not None:
                    self._workspace.set_reference(photo.key, truth)

    def remove(self, keys: Sequence[str]) -> None:
        """Take photos out of the queue; the workspace's removals bring them back with their results."""
        if self._welcome in keys:  # undo would bring back what was asked for
            self._welcome = ""
        gone = _Gone(self._workspace, keys)
        count = len(gone.there())
        if not count:
            return
        back = tr("The photo is back.") if count == 1 else tr("{count} photos are back.", count=count)
        self._workspace.removals.add(Removal(gone.bring_back, partial(self._take_out, gone), back))
        self._take_out(gone)

    def _take_out(self, gone: _Gone) -> None:
        self.removed.emit(gone.take_out())

    def remove_all(self) -> None:
        """Empty the queue."""
        self.remove([photo.key for photo in self._workspace.photos])

    def select(self, key: str) -> None:
        """Show another photo."""
        self._workspace.select(key)

    def step(self, by: int) -> None:
        """Show the next or previous photo."""
        photos = self._workspace.photos
        index = self._workspace.index(self._workspace.current)
        if index is not None and photos:
            self.select(photos[(index + by) % len(photos)].key)

    def _add(self, opened: _Opened) -> None:
        large = []
        with self._workspace.together():
            photos = [self._workspace.add(image, name) for name, image in opened.photos]
            if photos:
                self._workspace.select(photos[0].key)  # the one that will run first
        for photo, (name, image) in zip(photos, opened.photos, strict=True):
            if image.size[0] * image.size[1] > LARGE_PIXELS:
                large.append(photo)
            self.opened.emit(image.path)
            for note in image.notes:
                self.noted.emit(said_of(name, tr(note)))
        self._drop_welcome()
        if opened.problems:
            self.failed.emit("\n".join(opened.problems), "")
        if large:
            self.largeOpened.emit(large)

    def _pair(self, pair: tuple[str, LoadedImage]) -> None:
        self._pair_all([pair])

    def _pair_all(self, pairs: list[tuple[str, LoadedImage]]) -> None:
        with self._workspace.together():
            for key, reference in pairs:
                self._workspace.set_reference(key, reference)
        if not pairs:
            self.failed.emit(tr("No file in this folder has the name of a photo here."), "")


def _derived(pixels: np.ndarray) -> LoadedImage:
    """Pixels made from a photo: they have no file, and their own hash."""
    kept = np.ascontiguousarray(pixels)
    digest = hashlib.sha256(repr(kept.shape).encode() + kept.tobytes()).hexdigest()
    return LoadedImage(kept, sha256=digest)


def output_size(pixels: np.ndarray) -> tuple[int, int]:
    """Width and height of what becomes of a photo (H, W, 3)."""
    height, width = pixels.shape[:2]
    return width * SCALE, height * SCALE


def fitted_reference(reference: LoadedImage, photo: Photo) -> LoadedImage:
    """The ground truth cut to the size of the upscaled photo.

    Raises `ImageError` when it cannot belong to it.
    """
    width, height = output_size(photo.image.pixels)
    pixels = fit_reference(reference.pixels, height, width, SCALE)
    return LoadedImage(pixels, reference.path, reference.notes, reference.sha256)


def _as_reference(image: LoadedImage, photo: Photo) -> LoadedImage | None:
    """The image as the photo's ground truth, None where its size says that it is none."""
    height, width = image.pixels.shape[:2]
    low_height, low_width = photo.image.pixels.shape[:2]
    fits = SCALE * low_height <= height < SCALE * (low_height + 1)
    if not (fits and SCALE * low_width <= width < SCALE * (low_width + 1)):
        return None
    return fitted_reference(image, photo)


def pixels_of(image: QImage) -> np.ndarray:
    """A QImage as uint8 (H, W, 3), transparency over white."""
    from PySide6.QtGui import QPainter

    image = QImage(image)
    if image.format() == QImage.Format.Format_Indexed8 and not image.colorTable():
        image.setColorTable([0xFF000000 | 0x010101 * grey for grey in range(256)])  # Qt crashes without one
    image.setDevicePixelRatio(1)  # a picture from a screen of 200 % would be drawn at half its size
    opaque = QImage(image.size(), QImage.Format.Format_RGB888)
    opaque.fill(0xFFFFFFFF)
    painter = QPainter(opaque)
    painter.drawImage(0, 0, image)
    painter.end()
    flat = np.frombuffer(opaque.constBits(), np.uint8).reshape(opaque.height(), opaque.bytesPerLine())
    return flat[:, : 3 * opaque.width()].reshape(opaque.height(), opaque.width(), 3).copy()
