"""Keeps one pyramid per image key, made in the background from the newest pixels."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from qdit4sr_gui.state.pyramid import Pixels, Pyramid, build_pyramid
from qdit4sr_gui.work.background import Background

FULL_BUDGET = 768 * 2**20
"""Bytes of pixels and full pyramids beyond which further pyramids are compact."""
FULL_COST = 1 + 16 / 9


class PyramidLoader(QObject):
    """Pixels in, pyramids out. While new pixels are prepared, the old pyramid stays."""

    changed = Signal(str)
    """The pyramid of this key is new."""
    failed = Signal(str, str)
    """Key and what is wrong with its pixels."""
    finished = Signal()
    """Nothing is being prepared any more."""

    def __init__(self, parent: QObject | None = None, budget: int = FULL_BUDGET) -> None:
        super().__init__(parent)
        self._budget = budget
        self._wanted: dict[str, Pixels] = {}
        self._pyramids: dict[str, Pyramid] = {}
        self._background = Background(self, self._on_done, self._on_failed)

    def set_pixels(self, key: str, pixels: Pixels | None) -> None:
        """Want this image under `key`; None forgets it. The same array again costs nothing."""
        if pixels is None:
            self._wanted.pop(key, None)
            self._pyramids.pop(key, None)
        elif self._wanted.get(key) is not pixels:
            self._wanted[key] = pixels
            compact = sum(array.nbytes for array in self._wanted.values()) * FULL_COST > self._budget
            self._background.submit((key, pixels), self._build, key, pixels, compact)

    def keep_only(self, keys: set[str]) -> None:
        """Forget every other key."""
        for key in set(self._wanted) - keys:
            self.set_pixels(key, None)

    def pyramid(self, key: str) -> Pyramid | None:
        """What is ready for `key`."""
        return self._pyramids.get(key)

    def pyramids(self) -> set[Pyramid]:
        """All that are ready."""
        return set(self._pyramids.values())

    @property
    def busy(self) -> bool:
        """Is anything being prepared?"""
        return self._background.pending > 0

    def _build(self, key: str, pixels: Pixels, compact: bool) -> Pyramid | None:
        if self._wanted.get(key) is not pixels:  # newer pixels came while this one waited
            return None
        return build_pyramid(pixels, compact)

    def _on_done(self, token: tuple[str, Pixels], pyramid: Pyramid | None) -> None:
        key, pixels = token
        if pyramid is not None and self._wanted.get(key) is pixels:
            self._pyramids[key] = pyramid
            self.changed.emit(key)
        self._tell_finished()

    def _on_failed(self, token: tuple[str, Pixels], message: str) -> None:
        key, pixels = token
        if self._wanted.get(key) is pixels:
            del self._wanted[key]
            self.failed.emit(key, message)
        self._tell_finished()

    def _tell_finished(self) -> None:
        if not self.busy:
            self.finished.emit()
