"""The regions drawn over the images: coloured, named rectangles in canvas pixels, with undo. No Qt here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from psygnal import Signal

from qdit4sr_core.colours import REGION_COLOURS

from .edit_order import next_number
from .event import event

MINIMUM_SIDE = 4
UNDO_DEPTH = 200


@dataclass(frozen=True)
class MarkedRegion:
    """A rectangle in output pixels (integers, top left corner and size) with a name and a colour."""

    x: int
    y: int
    width: int
    height: int
    name: str = ""
    colour: str = REGION_COLOURS[0]

    @property
    def right(self) -> int:
        """First column beyond the region."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """First row beyond the region."""
        return self.y + self.height

    def inside(self, width: int, height: int) -> MarkedRegion:
        """Shrunk if necessary and shifted so that it lies in a canvas of that size."""
        new_width = min(max(self.width, min(MINIMUM_SIDE, width)), width)
        new_height = min(max(self.height, min(MINIMUM_SIDE, height)), height)
        return replace(
            self,
            x=min(max(self.x, 0), width - new_width),
            y=min(max(self.y, 0), height - new_height),
            width=new_width,
            height=new_height,
        )


def letters(index: int) -> str:
    """0 -> A, 25 -> Z, 26 -> AA: the names regions get when drawn."""
    name = ""
    index += 1
    while index > 0:
        index, digit = divmod(index - 1, 26)
        name = chr(ord("A") + digit) + name
    return name


def resized(region: MarkedRegion, handle: str, x: int, y: int) -> MarkedRegion:
    """Drag one handle (a compass name such as "nw" or "e") to canvas point (x, y); sides may not cross."""
    left, top, right, bottom = region.x, region.y, region.right, region.bottom
    if "w" in handle:
        left = min(x, right - MINIMUM_SIDE)
    if "e" in handle:
        right = max(x, left + MINIMUM_SIDE)
    if "n" in handle:
        top = min(y, bottom - MINIMUM_SIDE)
    if "s" in handle:
        bottom = max(y, top + MINIMUM_SIDE)
    return replace(region, x=left, y=top, width=right - left, height=bottom - top)


State = tuple[tuple[MarkedRegion, ...], int]


@dataclass(frozen=True)
class Step:
    """How it was before an edit, or after one that was taken back; the numbers of the edit and of that."""

    state: State
    edit: int
    undone: int = 0


@dataclass(frozen=True)
class RegionsHistory:
    """The regions of one photo with the steps to take back and to do again."""

    state: State = ((), -1)
    undo: tuple[Step, ...] = ()
    redo: tuple[Step, ...] = ()


class RegionsModel:
    """An ordered list of regions, one of which may be active (-1: none).

    Every change is one undo step, except between `begin_drag` and `end_drag`, which together are one.
    """

    changed: ClassVar[Signal] = event()
    """After each finished change."""
    dragging: ClassVar[Signal] = event()
    """After each step of a drag."""

    def __init__(self) -> None:
        self._state: State = ((), -1)
        self._undo: list[Step] = []
        self._redo: list[Step] = []
        self._drag_start: State | None = None
        self._canvas = (0, 0)

    @property
    def regions(self) -> tuple[MarkedRegion, ...]:
        """All regions, oldest first."""
        return self._state[0]

    @property
    def active(self) -> int:
        """Index of the active region, -1 when none is."""
        return self._state[1]

    @property
    def active_region(self) -> MarkedRegion | None:
        """The active region, if any."""
        return self.regions[self.active] if self.active >= 0 else None

    @property
    def in_drag(self) -> bool:
        """True between `begin_drag` and `end_drag`."""
        return self._drag_start is not None

    def set_canvas(self, width: int, height: int) -> None:
        """Limit what is drawn or moved from now on to a canvas of this size.

        The regions there are stay where they are: they may be those of the photo shown before.
        """
        self._canvas = (width, height)

    def history(self) -> RegionsHistory:
        """Everything about the regions, to be given back by `restore`; a drag counts once it has ended."""
        state = self._state if self._drag_start is None else self._drag_start
        return RegionsHistory(state, tuple(self._undo), tuple(self._redo))

    def restore(self, history: RegionsHistory) -> None:
        """Go on where another photo was left: its regions, and nothing but its own steps to take back.

        The regions are not fitted to the present canvas, which may still be that of the photo before.
        """
        self.cancel_drag()
        self._state, self._undo, self._redo = history.state, list(history.undo), list(history.redo)
        self.changed.emit()

    def replace_all(self, regions: Iterable[MarkedRegion], active: int = -1) -> None:
        """Set the whole list (from a table or a session); one undo step."""
        items = tuple(self._limited(region) for region in regions)
        self._finish((items, active if 0 <= active < len(items) else -1))

    def add(self, x: int, y: int, width: int, height: int, name: str = "") -> int:
        """Append a region, give it a free letter and colour, make it active; return its index."""
        region = MarkedRegion(x, y, width, height, name or self._free_name(), self._free_colour())
        return self.insert(len(self.regions), region)

    def insert(self, index: int, region: MarkedRegion) -> int:
        """Put a region before the one of that index, or last, and make it active; return its index."""
        index = min(max(index, 0), len(self.regions))
        items = (*self.regions[:index], self._limited(region), *self.regions[index:])
        self._finish((items, index))
        return self.active

    def update(self, index: int, region: MarkedRegion) -> None:
        """Replace one region: a move, a resize, a new name or colour."""
        items = list(self.regions)
        items[index] = self._limited(region)
        self._finish((tuple(items), self.active))

    def remove(self, index: int) -> None:
        """Delete one region; the active mark stays on its region or is dropped with it."""
        items = self.regions[:index] + self.regions[index + 1 :]
        active = self.active - 1 if self.active > index else self.active
        self._finish((items, -1 if self.active == index else active))

    def nudge(self, dx: int, dy: int) -> None:
        """Move the active region."""
        region = self.active_region
        if region is not None:
            self.update(self.active, replace(region, x=region.x + dx, y=region.y + dy))

    def stretch(self, dwidth: int, dheight: int) -> None:
        """Grow or shrink the active region at its right and bottom sides."""
        region = self.active_region
        if region is not None:
            self.update(self.active, resized(region, "se", region.right + dwidth, region.bottom + dheight))

    def activate(self, index: int) -> None:
        """Mark a region as active (-1: none). Not an undo step."""
        index = index if 0 <= index < len(self.regions) else -1
        if index != self.active:
            self._state = (self.regions, index)
            (self.dragging if self.in_drag else self.changed).emit()

    def begin_drag(self) -> None:
        """What follows until `end_drag` is one undo step."""
        self._drag_start = self._state

    def end_drag(self) -> None:
        """Finish a drag; nothing is recorded if nothing moved."""
        start, self._drag_start = self._drag_start, None
        if start is not None and start[0] != self.regions:
            self._record(start)
            self.changed.emit()

    def cancel_drag(self) -> None:
        """Put everything back to where the drag began."""
        start, self._drag_start = self._drag_start, None
        if start is not None and start != self._state:
            self._state = start
            self.changed.emit()

    @property
    def last_edit(self) -> int:
        """The number of the last change that can be taken back, 0 for none."""
        return self._undo[-1].edit if self._undo else 0

    @property
    def newest_edit(self) -> int:
        """The number of the newest change, taken back or not, 0 for none."""
        return self._redo[0].edit if self._redo else self.last_edit

    @property
    def last_undo(self) -> int:
        """When that was taken back which `redo` does again, 0 for nothing."""
        return self._redo[-1].undone if self._redo else 0

    def undo(self) -> None:
        """Take the last change back."""
        if self._undo and not self.in_drag:
            step = self._undo.pop()
            self._redo.append(Step(self._state, step.edit, next_number()))
            self._state = step.state
            self.changed.emit()

    def redo(self) -> None:
        """Do again what was taken back."""
        if self._redo and not self.in_drag:
            step = self._redo.pop()
            self._undo.append(Step(self._state, step.edit))
            self._state = step.state
            self.changed.emit()

    def _finish(self, state: State) -> None:
        before = self._state
        if state == before:
            return
        self._state = state
        if self.in_drag:
            self.dragging.emit()
            return
        self._record(before)
        self.changed.emit()

    def _record(self, before: State) -> None:
        self._undo = [*self._undo[-(UNDO_DEPTH - 1) :], Step(before, next_number())]
        self._redo = []

    def _limited(self, region: MarkedRegion) -> MarkedRegion:
        width, height = self._canvas
        return region.inside(width, height) if width > 0 and height > 0 else region

    def _free_name(self) -> str:
        return _first_free(
            [letters(index) for index in range(len(self.regions) + 1)], [r.name for r in self.regions]
        )

    def _free_colour(self) -> str:
        used = [region.colour for region in self.regions]
        fewest = min(used.count(colour) for colour in REGION_COLOURS)
        return next(colour for colour in REGION_COLOURS if used.count(colour) == fewest)


def _first_free(candidates: Sequence[str], used: Sequence[str]) -> str:
    return next(candidate for candidate in candidates if candidate not in used)
