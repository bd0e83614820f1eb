"""Keeps the measurement table right: at once while a region is dragged, from a worker for everything slow."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from qdit4sr_core.errors import QDiT4SRError
from qdit4sr_core.measured_against import FULL_PRECISION, GROUND_TRUTH
from qdit4sr_core.metrics.reasons import Reason, why_of
from qdit4sr_core.metrics.region_meter import DRAGGABLE, RegionMeter
from qdit4sr_core.metrics.regions import Region
from qdit4sr_core.metrics.registry import METRICS
from qdit4sr_core.metrics.values import MetricValue, compute_region
from qdit4sr_core.progress import CancelCheck
from qdit4sr_core.variant_text import FULL_PRECISION_TEXT
from qdit4sr_gui.state.measurement_table import Block, Cell, MeasurementTable, Row, ranked
from qdit4sr_gui.state.regions import RegionsModel
from qdit4sr_gui.state.workspace import Workspace
from qdit4sr_gui.style.translation import tr
from qdit4sr_gui.work.tasks import TaskRunner, telling

from .session_document import plain

REST_MS = 120
SUM_BYTES = 4
"""Bytes a pixel and metric of a `RegionMeter` that shares what belongs to the reference."""
METER_BYTES = 640 * 2**20
"""For the sums that let numbers follow the mouse; images beyond it are measured when the mouse rests."""
KEPT_VALUES = 20_000
"""Numbers kept of photos that are not shown; some 10 MB."""
LASTING = (Reason.NO_REFERENCE, Reason.REGION_TOO_SMALL, Reason.FLAT_REFERENCE, Reason.UNDEFINED)
"""Reasons that stay; the others may be gone when a photo is shown again."""
Rectangle = tuple[int, int, int, int]
ValueKey = tuple[Hashable, Hashable, Rectangle | None, str]
"""Names of the image's and the reference's pixels, the region, the metric."""


@dataclass(frozen=True, eq=False)
class Picture:
    """Pixels, uint8 (H, W, 3), and a name that no others have."""

    name: Hashable
    pixels: np.ndarray


@dataclass(frozen=True, eq=False)
class _Wanted:
    key: ValueKey
    pixels: np.ndarray
    reference: np.ndarray | None
    against: str
    """What the reference is."""
    region: Region | None


class MeasurementController(QObject):
    """`tableChanged(MeasurementTable)` whenever a number or the shape of the table changed."""

    tableChanged = Signal(object)
    failed = Signal(str, str)
    """A measurement stopped with an error nobody foresaw: a sentence and its details."""

    def __init__(self, workspace: Workspace, regions: RegionsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.regions = regions
        self.metrics: tuple[str, ...] = ()
        self.reference = FULL_PRECISION
        self.table = MeasurementTable()
        self._tasks = TaskRunner(self)
        self._values: dict[ValueKey, MetricValue] = {}
        self._meters: dict[tuple[int, int], RegionMeter] = {}
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._compute_missing)
        for told in (
            workspace.photos_changed,
            workspace.current_changed,
            workspace.variants_changed,
            workspace.results_changed,
            workspace.replaced,
            regions.changed,
        ):
            told.connect(self.refresh, max_args=0)
        regions.dragging.connect(self.drag)

    @property
    def busy(self) -> bool:
        """True while numbers are still on their way."""
        return self._tasks.busy or self._rest.isActive()

    def set_metrics(self, metrics: tuple[str, ...]) -> None:
        """Show these metrics; unknown names are left out."""
        self.metrics = tuple(name for name in metrics if name in METRICS)
        self.refresh()

    def set_reference(self, reference: str) -> None:
        """Measure against `FULL_PRECISION` or `GROUND_TRUTH`."""
        self.reference = reference
        self.refresh()

    def close(self) -> None:
        """Stop computing."""
        self._rest.stop()
        self._tasks.close()

    def _against(self) -> Picture | None:
        """What the numbers are measured against now, None if it is not there."""
        photo = self.workspace.photo()
        if photo is None:
            return None
        if self.reference == GROUND_TRUTH:
            truth = photo.reference
            return None if truth is None else Picture((truth.sha256, truth.pixels.shape), truth.pixels)
        pixels = self.workspace.pixels(photo, FULL_PRECISION_TEXT)
        return None if pixels is None else Picture(self.workspace.version(photo, FULL_PRECISION_TEXT), pixels)

    @Slot()
    def refresh(self) -> None:
        """Results, regions or choices changed: show what is known, compute the rest soon."""
        pictures, against = self._pictures(), self._against()
        self._forget_meters(pictures, against)
        self._forget_values(pictures)
        self._publish()
        self._rest.start()

    @Slot()
    def drag(self) -> None:
        """A region is being dragged: measure it with what is prepared, at once."""
        self._tasks.drop("values")
        self._publish(active_only_from_meters=True)

    def images(self) -> list[tuple[str, np.ndarray]]:
        """The finished variants of the current photo: (spec, pixels)."""
        return [(spec, picture.pixels) for spec, picture in self._pictures()]

    def _pictures(self) -> list[tuple[str, Picture]]:
        photo = self.workspace.photo()
        if photo is None:
            return []
        found = []
        for spec in self.workspace.specs:
            pixels = self.workspace.pixels(photo, spec)
            if pixels is not None:
                found.append((spec, Picture(self.workspace.version(photo, spec), pixels)))
        return found

    def _places(self) -> list[tuple[Region | None, str, str]]:
        whole: list[tuple[Region | None, str, str]] = [(None, tr("Whole image"), "")]
        return whole + [(plain(r), r.name, r.colour) for r in self.regions.regions]

    def _publish(self, active_only_from_meters: bool = False) -> None:
        pictures, against = self._pictures(), self._against()
        blocks = []
        for index, (region, title, colour) in enumerate(self._places()):
            dragged = active_only_from_meters and index - 1 == self.regions.active
            rows = []
            for spec, picture in pictures:
                cells = self._cells(picture, against, region, dragged)
                rows.append(Row(spec, tr(self.workspace.label(spec)), cells))
            blocks.append(Block(region, title, colour, ranked(rows)))
        self.table = MeasurementTable(self.metrics, self.reference, tuple(blocks) if pictures else ())
        self.tableChanged.emit(self.table)

    def _cells(
        self, picture: Picture, against: Picture | None, region: Region | None, dragged: bool
    ) -> dict[str, Cell]:
        cells = {}
        quick: dict[str, MetricValue] = {}
        same = against is not None and against.name == picture.name
        if dragged and region is not None and against is not None and not same:
            meter = self._meters.get((id(picture.pixels), id(against.pixels)))
            if meter is not None:
                names = [name for name in self.metrics if name in DRAGGABLE]
                quick = {value.name: value for value in meter.measure(region, names)}
        for name in self.metrics:
            if METRICS[name].full_reference and same:
                cells[name] = Cell(is_reference=True)
            elif name in quick:
                cells[name] = Cell(quick[name])
            else:
                cells[name] = Cell(self._values.get(value_key(picture, against, region, name)))
        return cells

    @Slot()
    def _compute_missing(self) -> None:
        pictures, against = self._pictures(), self._against()
        reference = None if against is None else against.pixels
        wanted = []
        for region, _, _ in self._places():
            for _, picture in pictures:
                for name in self.metrics:
                    if METRICS[name].full_reference and against is not None and picture.name == against.name:
                        continue
                    key = value_key(picture, against, region, name)
                    if key not in self._values:
                        wanted.append(_Wanted(key, picture.pixels, reference, self.reference, region))
        wanted.sort(key=lambda want: (METRICS[want.key[3]].engine != "fast", want.region is None))
        if wanted:
            self._tasks.submit(
                lambda _cancelled: _measure(wanted[0]), self._take, telling(self.failed.emit), kind="values"
            )
        else:
            self._prepare_meters(self.images(), reference)

    def _prepare_meters(self, images: list[tuple[str, np.ndarray]], reference: np.ndarray | None) -> None:
        if reference is None:
            return
        names = [name for name in self.metrics if name in DRAGGABLE]
        each = SUM_BYTES * reference.shape[0] * reference.shape[1] * max(1, len(names))
        room = max(1, METER_BYTES // each)
        lender = next(iter(self._meters.values()), None)
        for _, pixels in [pair for pair in images if pair[1] is not reference][:room]:
            pair = (id(pixels), id(reference))
            if pixels is reference or pair in self._meters or pixels.shape != reference.shape or not names:
                continue

            def prepare(
                _cancelled: CancelCheck,
                pixels: np.ndarray = pixels,
                name: str = self.reference,
                like: RegionMeter | None = lender,
            ) -> tuple[tuple[int, int], RegionMeter]:
                meter = RegionMeter(pixels, reference, reference_name=name, like=like)
                meter.prepare(names)
                return (id(pixels), id(reference)), meter

            self._tasks.submit(prepare, self._take_meter, telling(self.failed.emit), kind="meter")
            return

    def _take(self, value: tuple[_Wanted, MetricValue]) -> None:
        wanted, measured = value
        self._values[wanted.key] = measured
        self._publish()
        self._compute_missing()

    def _take_meter(self, made: tuple[tuple[int, int], RegionMeter]) -> None:
        self._meters[made[0]] = made[1]
        against = self._against()
        self._prepare_meters(self.images(), None if against is None else against.pixels)

    def _forget_meters(self, pictures: list[tuple[str, Picture]], against: Picture | None) -> None:
        """Drop meters of images that are no longer shown, so that identities stay unique."""
        alive = {id(picture.pixels) for _, picture in pictures}
        if against is not None:
            alive.add(id(against.pixels))
        self._meters = {pair: m for pair, m in self._meters.items() if pair[0] in alive and pair[1] in alive}

    def _forget_values(self, pictures: list[tuple[str, Picture]]) -> None:
        """Of what is not shown, drop reasons that may be gone by then, and the oldest beyond a limit."""
        shown = {picture.name for _, picture in pictures}
        away = [key for key in self._values if key[0] not in shown]
        gone = [key for key in away if not _lasts(self._values[key])]
        lasting = [key for key in away if _lasts(self._values[key])]
        for key in gone + lasting[: max(0, len(lasting) - KEPT_VALUES)]:
            del self._values[key]


def _lasts(value: MetricValue) -> bool:
    return value.why is None or value.why.reason in LASTING


def value_key(picture: Picture, against: Picture | None, region: Region | None, metric: str) -> ValueKey:
    """What a number depends on; a metric without reference does not depend on the reference."""
    rectangle = None if region is None else (region.x, region.y, region.width, region.height)
    reference = against.name if against is not None and METRICS[metric].full_reference else None
    return picture.name, reference, rectangle, metric


def _measure(wanted: _Wanted) -> tuple[_Wanted, MetricValue]:
    name = wanted.key[3]
    try:
        value = compute_region(
            [name], wanted.pixels, wanted.reference, wanted.region, reference_name=wanted.against
        )[0]
    except QDiT4SRError as error:
        value = MetricValue(name, None, why_of(error), region=wanted.region)
    return wanted, value
