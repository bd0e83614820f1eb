"""Guided reveal: shows the place where a photo's variants differ most, as soon as one is done, then the next.

It moves the view only where the user has not moved it, or when the user asks; one step takes it back.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from qdit4sr_core.metrics.regions import Region
from qdit4sr_core.metrics.reveal import Place, reveal
from qdit4sr_core.metrics.reveal_text import place_sentence
from qdit4sr_core.metrics.spectrum import MINIMUM_SIDE
from qdit4sr_core.variant_text import FULL_PRECISION_TEXT, SHOWN_BESIDE, kind_of, short_labels
from qdit4sr_gui.state.regions import MarkedRegion
from qdit4sr_gui.state.viewport import Viewport
from qdit4sr_gui.state.workspace import Workspace
from qdit4sr_gui.style.translation import tr
from qdit4sr_gui.views.comparison_view import ComparisonView
from qdit4sr_gui.work.tasks import TaskRunner, telling

Versions = tuple[tuple[str, int], ...]


@dataclass(frozen=True, eq=False)
class _Results:
    """The finished results of one photo."""

    photo: str
    reference: np.ndarray
    variants: dict[str, np.ndarray]
    versions: Versions
    """Of full precision and the variants: equal ones mean the same pixels."""

    def same_as(self, other: _Results | None) -> bool:
        return other is not None and (self.photo, self.versions) == (other.photo, other.versions)


SHARE = 0.66
"""How much of a pane the place takes at most: the damage is to be seen without zooming further."""
GAP = 6.0
"""Logical pixels between the place and the pane's name above it, and the lower edge."""


class RevealController(QObject):
    """`changed` when there is another sentence, or none any more; `failed(sentence, details)`."""

    changed = Signal()
    failed = Signal(str, str)

    def __init__(self, workspace: Workspace, view: ComparisonView, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._view = workspace, view
        self.automatic = True
        """Go to the worst place by itself when a photo is done."""
        self._tasks = TaskRunner(self)
        self._results: _Results | None = None
        self.places: tuple[Place, ...] = ()
        self.index = -1
        """The place shown; -1 before the first and after going back."""
        self.invites = False
        """Are there places that the window did not go to, because the user had moved the view?"""
        self._guided: set[str] = set()
        self._opened: set[str] = set()
        """Photos that came with their results: they stay as they were saved."""
        self._found: dict[str, tuple[Versions, list[Place]]] = {}
        """The places of each photo, and of which results."""
        self._drawn: dict[str, tuple[int, MarkedRegion]] = {}
        """Where among a photo's regions that of its places stands or stood, and how it looked."""
        self._last: dict[str, Region] = {}
        """The place shown last of each photo."""
        self._region: MarkedRegion | None = None
        self._own_view: Viewport | None = None
        self._clear_of = 0.0
        """Where the names of the panes ended when the place was shown."""
        self._by_itself = False
        """Did the window choose the place shown, of a photo that is not done yet?"""
        self._before: Viewport | None = None
        for event in (
            workspace.current_changed,
            workspace.variants_changed,
            workspace.results_changed,
        ):
            event.connect(self.follow, max_args=0)
        workspace.replaced.connect(self._follow_opened)
        self._moving = False
        view.state.regions.changed.connect(self._regions_changed)
        view.image_set.changed.connect(self._keep_clear)

    @property
    def busy(self) -> bool:
        """True while places are looked for."""
        return self._tasks.busy

    @property
    def sentence(self) -> str:
        """What is seen at the place shown, "" without one."""
        if not 0 <= self.index < len(self.places):
            return ""
        labels = {spec: tr(self._workspace.label(spec)) for spec in self._workspace.specs}
        return place_sentence(self.places[self.index], short_labels(labels), tr)

    @property
    def expected(self) -> bool:
        """Will there be places once the ticked variants are done?"""
        return FULL_PRECISION_TEXT in self._workspace.specs and bool(self._compared())

    @property
    def can_step(self) -> bool:
        """Are there places to go to?"""
        return bool(self.places)

    @property
    def can_go_back(self) -> bool:
        """Is a place shown that can be left again?"""
        return self.index >= 0

    @Slot()
    def follow(self) -> None:
        """The photo or its results may be others: look for places once there is something to compare."""
        results = self._wanted()
        if results is None:
            if self._results is not None:
                self._tasks.drop("places")
                self._results, self._region, self._own_view, self._before = None, None, None, None
                self._show((), -1)
        elif not results.same_as(self._results):
            if self._results is not None and results.photo != self._results.photo:
                self._region, self._own_view, self._before = None, None, None
                self._show((), -1)
            self._results = results
            versions, found = self._found.get(results.photo, ((), []))
            if versions == results.versions:
                self._tasks.drop("places")
                self._take(found)
                return
            last = self._last.get(results.photo)
            at = self.places[self.index].region if self.index >= 0 else last

            def find(_cancelled: object) -> list[Place]:
                return reveal(results.reference, results.variants, at=at)

            self._tasks.submit(find, self._take, telling(self.failed.emit), kind="places")

    def step(self) -> None:
        """Go to the next worst place, after the last one to the first again; to one that was left, first."""
        self._by_itself = False
        if self.places:
            self._go((self.index + 1) % len(self.places) if self.index >= 0 else self._left())

    def _left(self) -> int:
        """The place of this photo that was shown last; the first before any was."""
        last = self._last.get(self._results.photo) if self._results is not None else None
        return next((i for i, place in enumerate(self.places) if place.region == last), 0)

    def _follow_opened(self) -> None:
        """A session was opened: what it shows of photos with results is not changed by itself."""
        self._found, self._drawn, self._last, self._guided = {}, {}, {}, set()
        self._opened = {photo.key for photo in self._workspace.photos if self._workspace.done(photo)}
        self.follow()

    def go_back(self) -> None:
        """Leave the place: the region goes, and the view returns to where it was before."""
        if self.index < 0:
            return
        self._moving = True
        self._remove_region()
        self._moving = False
        if self._before is None:
            self._view.fit()
        else:
            self._view.state.move_to(self._before)
        self._own_view = self._before = None
        self._show(self.places, -1)

    def close(self) -> None:
        """Stop looking."""
        self._tasks.close()

    def _wanted(self) -> _Results | None:
        photo = self._workspace.photo()
        if photo is None:
            return None
        reference = self._workspace.pixels(photo, FULL_PRECISION_TEXT)
        if reference is None or FULL_PRECISION_TEXT not in self._workspace.specs:
            return None
        if min(reference.shape[:2]) < MINIMUM_SIDE:
            return None
        variants = {}
        for spec in self._compared():
            pixels = self._workspace.pixels(photo, spec)
            if pixels is not None and pixels.shape == reference.shape:
                variants[spec] = pixels
        shown = (FULL_PRECISION_TEXT, *variants)
        versions = tuple((spec, self._workspace.version(photo, spec)) for spec in shown)
        return _Results(photo.key, reference, variants, versions) if variants else None

    def _compared(self) -> list[str]:
        """The ticked variants that a model makes, without full precision."""
        aside = (FULL_PRECISION_TEXT, *SHOWN_BESIDE)
        specs = self._workspace.specs
        return [spec for spec in specs if kind_of(spec) not in aside]

    def _take(self, places: list[Place]) -> None:
        assert self._results is not None
        self._found[self._results.photo] = self._results.versions, places
        again = self._results.photo in self._guided
        self._guided.add(self._results.photo)
        if self.index >= 0:  # another variant is done or ticked: the place stays, its numbers change
            shown = self.places[self.index].region
            index = next((i for i, place in enumerate(places) if place.region == shown), 0)
        else:  # back at a photo whose place is still drawn
            drawn = [rectangle(region) for region in self._view.regions]
            index = next((i for i, place in enumerate(places) if place.region in drawn), -1)
            if index >= 0 and self._view.state.regions.active < 0:  # what is said is of this region
                self._view.state.regions.activate(drawn.index(places[index].region))
        free = self._view_is_free() and self._results.photo not in self._opened
        if self.automatic and not again and index < 0:
            self.invites = bool(places) and not free
        self._show(tuple(places), index)
        if self.automatic and not again and free:
            self._by_itself = True
            self._go(0)
        elif self.automatic and index > 0 and self._by_itself and self._is_done() and self._is_left_alone():
            self._go(0)
        self._by_itself = self._by_itself and not self._is_done()

    def _is_done(self) -> bool:
        photo = self._workspace.photo()
        return photo is not None and not self._workspace.missing(photo)

    def _is_left_alone(self) -> bool:
        """Whether the view is still as the window left it."""
        state = self._view.state
        return state.viewport == self._own_view and state.in_step and len(self._view.regions) == 1

    def _view_is_free(self) -> bool:
        """Whether the user has neither moved the view nor drawn a region."""
        state = self._view.state
        untouched = state.fitted or state.viewport == self._own_view
        return untouched and state.in_step and not self._view.regions

    def _go(self, index: int) -> None:
        state = self._view.state
        if self.index < 0 and (self._own_view is None or state.viewport != self._own_view):
            self._before = None if state.fitted else state.viewport
        place = self.places[index].region
        regions = state.regions
        self._moving = True
        own = self._own_region()
        if own < 0:
            own = self._draw_again(place)
        else:
            old = regions.regions[own]
            moved = MarkedRegion(place.x, place.y, place.width, place.height, old.name, old.colour)
            regions.update(own, moved)
            regions.activate(own)
        self._moving = False
        self._region = regions.regions[own]
        self._remember_region()
        self._look_at(self._region)
        self._show(self.places, index)

    def _look_at(self, region: MarkedRegion) -> None:
        """The region in the middle, or as far under it as the names of the panes need."""
        state, ratio = self._view.state, self._view.devicePixelRatioF()
        self._clear_of = self._view.chip_bottom()
        width, height, top = state.pane[0], state.pane[1], (self._clear_of + GAP) * ratio
        fitted = min(width / region.width, height / region.height)
        room = max(height - top - GAP * ratio, height / 4)
        scale = min(SHARE * fitted, room / region.height)
        self._view.centre_on(region, scale / fitted)
        lower = max(0.0, top - (height - scale * region.height) / 2)
        state.move_to(state.viewport.panned(0.0, lower))
        self._own_view = state.viewport

    @Slot()
    def _keep_clear(self) -> None:
        """The names have other lines than when the place was shown: it follows until the user moves it."""
        region = self._region
        if region is None or self.index < 0 or region not in self._view.regions:
            return
        if self._view.state.viewport == self._own_view and self._view.chip_bottom() != self._clear_of:
            self._look_at(region)

    def _draw_again(self, place: Region) -> int:
        """A region for a place: where the one before stood, under its name if that is free."""
        regions = self._view.state.regions
        photo = self._results.photo if self._results is not None else ""
        number, before = self._drawn.get(photo, (0, None))
        if before is None or before.name in [region.name for region in regions.regions]:
            return regions.add(place.x, place.y, place.width, place.height)
        again = MarkedRegion(place.x, place.y, place.width, place.height, before.name, before.colour)
        return regions.insert(number, again)

    def _remember_region(self) -> None:
        results = self._results
        if results is not None and results.photo == self._workspace.current and self._region is not None:
            drawn = self._view.regions
            if self._region in drawn:
                self._drawn[results.photo] = drawn.index(self._region), self._region

    def _regions_changed(self) -> None:
        """A place whose region was undone, removed or moved is no longer shown: nothing is said of it."""
        if self._moving or self.index < 0:
            return
        self._remember_region()
        place = self.places[self.index].region
        if all(rectangle(region) != place for region in self._view.regions):
            self._show(self.places, -1)

    def _own_region(self) -> int:
        """Number of the region drawn here, now or before another photo was shown; -1 if it was changed."""
        drawn = [place.region for place in self.places]
        for number, region in enumerate(self._view.regions):
            if region == self._region or rectangle(region) in drawn:
                return number
        return -1

    def _remove_region(self) -> None:
        own = self._own_region()
        if own >= 0:
            self._view.state.regions.remove(own)
        self._region = None

    def _show(self, places: tuple[Place, ...], index: int) -> None:
        self.places, self.index = places, index
        self.invites = self.invites and bool(places) and index < 0
        if index >= 0 and self._results is not None:
            self._last[self._results.photo] = places[index].region
        self.changed.emit()


def rectangle(region: MarkedRegion) -> Region:
    """The core's region of a drawn one, without its name."""
    return Region(region.x, region.y, region.width, region.height)
