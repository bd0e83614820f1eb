"""Computes the difference maps of several images in the background and colours them with one range."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication, QObject, Signal

from qdit4sr_gui.state.pyramid import Pixels, Pyramid, build_pyramid
from qdit4sr_gui.work.background import Background

from .difference import (
    DEFAULT_KIND,
    KINDS,
    DifferenceKind,
    Map,
    automatic_limit,
    colourize,
    format_value,
    laid_over,
    summary,
)

Summary = tuple[str, tuple[str, ...]]
KEPT_BYTES = 128 * 2**20
BUDGET_BYTES = 896 * 2**20
"""For all maps with their colours; images beyond it are refused with a sentence."""
NO_ROOM = "There is no memory for this map beside the others; untick variants to see it."
COMPACT_FROM = 4 * 2**20
"""Pixels from which on maps are kept in half precision and their colours in compact pyramids."""


@dataclass(frozen=True, eq=False)
class Task:
    """One map to compute: which image, against which reference, measured how."""

    key: str
    image: Pixels
    reference: Pixels
    kind: DifferenceKind

    def same_as(self, other: Task | None) -> bool:
        """The same arrays and the same kind?"""
        return (
            other is not None
            and self.image is other.image
            and self.reference is other.reference
            and self.kind is other.kind
        )


@dataclass(frozen=True, eq=False)
class Painting:
    """One map to colour."""

    task: Task
    limit: float
    gamma: float = 1.0
    photo: float = 0.0

    @property
    def look(self) -> tuple[float, float, float]:
        """What the colours depend on."""
        return self.limit, self.gamma, self.photo


def map_bytes(image: Pixels) -> int:
    """Memory of one map with its coloured pyramid."""
    pixels = image.shape[0] * image.shape[1]
    large = pixels >= COMPACT_FROM
    return round(pixels * (2 + 3 + 4 / 3 if large else 4 + 4 * 4 / 3))


class DifferenceMaps(QObject):
    """Maps by image key, all of one kind against one reference."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.kind = KINDS[DEFAULT_KIND]
        self.limit = self.kind.least
        self.fixed_limit: float | None = None
        self.gamma = 1.0
        self.photo = self.kind.photo
        """How much of the photo shows under the colours, 0 to 1."""
        self._widest: tuple[DifferenceKind, int, float] | None = None
        self._tasks: dict[str, Task] = {}
        self._maps: dict[str, tuple[Task, Map, Summary]] = {}
        self._paintings: dict[str, Painting] = {}
        self._pyramids: dict[str, Pyramid] = {}
        self._errors: dict[str, str] = {}
        self._refused: set[str] = set()
        self._landmarks: set[str] = set()
        self._reference = 0
        self._background = Background(self, self._on_done, self._on_failed)

    def set_kind(self, name: str) -> None:
        """Measure differently from the next `request` on; range, gamma and photo become the kind's own."""
        self.kind = KINDS[name]
        self.fixed_limit = None
        self.gamma, self.photo = 1.0, self.kind.photo

    def request(self, reference: Pixels, images: dict[str, Pixels], landmarks: Iterable[str] = ()) -> None:
        """Want the maps of these images; what is known is not computed again.

        The automatic range comes from the images that are no landmarks, if there are any. Against one
        reference it only grows, so that colours do not change their meaning when an image comes or goes.
        """
        self._reference = id(reference)
        self._landmarks = set(landmarks)
        wanted = {key: Task(key, pixels, reference, self.kind) for key, pixels in images.items()}
        for key in set(self._tasks) - set(wanted):
            self._forget(key)
        room = BUDGET_BYTES
        for key, task in wanted.items():
            room -= map_bytes(task.image)
            refused = room < 0
            if not task.same_as(self._tasks.get(key)) or refused != (key in self._refused):
                self._forget(key)
                self._tasks[key] = task
                if refused:
                    self._refused.add(key)
                    self._errors[key] = QCoreApplication.translate("difference", NO_ROOM)
                else:
                    self._background.submit(task, self._measure, task)
        self._paint()

    def set_limit(self, limit: float | None) -> None:
        """Fix the end of the colour range; None chooses it from the maps."""
        self.fixed_limit = limit
        self._paint()

    def set_tone(self, gamma: float | None = None, photo: float | None = None) -> None:
        """Bend the range, or show more or less of the photo."""
        self.gamma = self.gamma if gamma is None else gamma
        self.photo = self.photo if photo is None else photo
        self._paint()

    def pyramid(self, key: str) -> Pyramid | None:
        """The coloured map, once there is one."""
        return self._pyramids.get(key)

    def error(self, key: str) -> str:
        """Why there is no map, "" if there is no reason."""
        return self._errors.get(key, "")

    def summary(self, key: str) -> str:
        """A line about the map."""
        known = self._maps.get(key)
        if known is None:
            return ""
        sentence, numbers = known[2]
        return QCoreApplication.translate("difference", sentence).format(*numbers)

    def value_text(self, key: str, x: int, y: int) -> str:
        """The map's value at column x, row y in words; empty where there is none."""
        value = self.value(key, x, y)
        return "" if value is None else format_value(value, self.kind)

    def value(self, key: str, x: int, y: int) -> float | None:
        """The map's value at column x, row y."""
        known = self._maps.get(key)
        if known is None or not (0 <= x < known[1].shape[1] and 0 <= y < known[1].shape[0]):
            return None
        task, values, _ = known
        if task.kind.pointwise:  # exact also where the map is kept in half precision
            here = np.s_[y : y + 1, x : x + 1]
            return float(task.kind.compute(task.image[here], task.reference[here])[0, 0])
        return float(values[y, x])

    @property
    def busy(self) -> bool:
        """Is anything being computed?"""
        return self._background.pending > 0

    def release_large(self) -> bool:
        """Free the maps if they hold much memory, and say so; they are computed again when asked for."""
        held = sum(values.nbytes for _, values, _ in self._maps.values())
        if held <= KEPT_BYTES:
            return False
        for key in list(self._tasks):
            self._forget(key)
        return True

    def _forget(self, key: str) -> None:
        for store in (self._tasks, self._maps, self._paintings, self._pyramids, self._errors):
            store.pop(key, None)
        self._refused.discard(key)

    def _paint(self) -> None:
        complete = all(key in self._maps or key in self._errors for key in self._tasks)
        if self.fixed_limit is not None:
            limit = self.fixed_limit
        elif complete and self._maps:
            chosen = set(self._maps) - self._landmarks or set(self._maps)
            limit = self._grown(automatic_limit(self.kind, [self._maps[key][1] for key in chosen]))
        else:
            return
        self.limit = limit
        for key, (task, values, _) in self._maps.items():
            painting = self._paintings.get(key)
            wanted = Painting(task, limit, self.gamma, self.photo)
            if painting is None or painting.look != wanted.look:
                painting = wanted
                self._paintings[key] = painting
                self._background.submit(painting, self._colour, painting, values)
        self.changed.emit()

    def _grown(self, limit: float) -> float:
        if self._widest is not None and self._widest[:2] == (self.kind, self._reference):
            limit = max(limit, self._widest[2])
        self._widest = self.kind, self._reference, limit
        return limit

    def _on_done(self, token: Task | Painting, result: Any) -> None:
        if result is None:
            pass
        elif isinstance(token, Task) and self._tasks.get(token.key) is token:
            self._maps[token.key] = (token, *result)
            self._paint()
        elif isinstance(token, Painting) and self._paintings.get(token.task.key) is token:
            self._pyramids[token.task.key] = result
        self.changed.emit()

    def _on_failed(self, token: Task | Painting, message: str) -> None:
        key = token.key if isinstance(token, Task) else token.task.key
        if self._tasks.get(key) is (token if isinstance(token, Task) else token.task):
            self._errors[key] = message
            self._paint()
        self.changed.emit()

    # In the background thread: what is no longer wanted is skipped.

    def _measure(self, task: Task) -> tuple[Map, Summary] | None:
        if self._tasks.get(task.key) is not task:
            return None
        values = task.kind.compute(task.image, task.reference)
        line = summary(values, task.kind)
        return (values.astype(np.float16) if values.size >= COMPACT_FROM else values), line

    def _colour(self, painting: Painting, values: Map) -> Pyramid | None:
        if self._paintings.get(painting.task.key) is not painting:
            return None
        colours = colourize(values, painting.task.kind, painting.limit, painting.gamma)
        colours = laid_over(colours, painting.task.image, values, painting.limit, painting.photo)
        return build_pyramid(colours, compact=values.size >= COMPACT_FROM)
