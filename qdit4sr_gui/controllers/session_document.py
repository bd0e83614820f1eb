"""Between the window's workspace and the core's `Session`: what is saved, reopened and drawn as a figure."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from qdit4sr_core.errors import VariantError
from qdit4sr_core.images import LoadedImage
from qdit4sr_core.measured_against import FULL_PRECISION, GROUND_TRUTH
from qdit4sr_core.method_names import method_names
from qdit4sr_core.metrics.regions import Region
from qdit4sr_core.metrics.registry import METRICS
from qdit4sr_core.session import (
    EmbeddedImage,
    ImageReference,
    SavedPhoto,
    SavedResult,
    SavedView,
    Session,
)
from qdit4sr_core.variant_text import read_variant
from qdit4sr_gui.state.measurement_table import MeasurementTable
from qdit4sr_gui.state.regions import MarkedRegion
from qdit4sr_gui.state.workspace import Photo, Workspace
from qdit4sr_gui.views.comparison_view import ViewMode

from .photos import output_size

if TYPE_CHECKING:
    from qdit4sr_core.compare import VariantResult


LONGEST_WORD = 60


@dataclasses.dataclass(frozen=True)
class WindowState:
    """What a session takes from the window beside the workspace."""

    regions: Mapping[str, tuple[MarkedRegion, ...]] = dataclasses.field(default_factory=dict)
    """By photo key."""
    mode: str = "grid"
    scale: float = 0.0
    centre: tuple[float, float] = (0.0, 0.0)
    measured_against: str = FULL_PRECISION
    metrics: tuple[str, ...] = ()
    table: MeasurementTable = dataclasses.field(default_factory=MeasurementTable)


def session_of(
    workspace: Workspace, state: WindowState, current_only: bool = False, ticked_only: bool = True
) -> Session:
    """Everything, or the photo shown alone, as one document; without `ticked_only` also other results.

    Reads results back from disk: call it off the window's thread. Pictures are the workspace's own arrays;
    they are encoded only when the session is saved.
    """
    shown = [photo for photo in workspace.photos if not current_only or photo.key == workspace.current]
    return Session(
        photos=tuple(_saved_photo(workspace, photo, state, ticked_only) for photo in shown),
        current=0 if current_only else workspace.index(workspace.current) or 0,
        variants=workspace.specs,
        model=workspace.model,
        base=workspace.base,
        model_hash=workspace.model_hash,
        sampling=dict(workspace.settings),
        measured_against=state.measured_against,
        metrics=state.metrics,
        view=SavedView(state.mode, state.scale, state.centre),
        program=_version(),
    )


def _saved_photo(workspace: Workspace, photo: Photo, state: WindowState, ticked_only: bool) -> SavedPhoto:
    current = photo.key == workspace.current
    marked = state.regions.get(photo.key, ())
    results = [
        _saved_result(workspace, photo, spec, result, state.table if current else MeasurementTable())
        for spec in workspace.computed(photo)
        if (result := workspace.result(photo, spec)) is not None
        and (spec in workspace.specs or not ticked_only)
    ]
    return SavedPhoto(
        image=_saved_image(photo.name, photo.image),
        truth=None if photo.reference is None else _saved_image(photo.name, photo.reference),
        regions=tuple(plain(region) for region in marked),
        region_colours=tuple(region.colour for region in marked),
        results=tuple(result for result in results if result.image is not None or result.error),
    )


def _saved_image(name: str, image: LoadedImage) -> ImageReference:
    path = str(image.path) if image.path is not None else ""
    return ImageReference(name, path, image.sha256, EmbeddedImage.from_pixels(image.pixels))


def _saved_result(
    workspace: Workspace, photo: Photo, spec: str, result: VariantResult, table: MeasurementTable
) -> SavedResult:
    numbers = [
        dataclasses.replace(cell.value, region=block.region)
        for block in table.blocks
        for row in block.rows
        if row.spec == spec
        for cell in row.cells.values()
        if cell.value is not None
    ]
    pixels = workspace.pixels(photo, spec)
    return SavedResult(
        variant=spec,
        label=workspace.label(spec),
        image=None if pixels is None else EmbeddedImage.from_pixels(pixels),
        seconds=result.seconds,
        quantize_seconds=result.quantize_seconds,
        weight_bytes=result.weight_bytes,
        simulated=result.simulated,
        error=result.error or "",
        provenance=dict(result.provenance),
        numbers=tuple(numbers),
    )


def understood(session: Session) -> tuple[Session, list[str]]:
    """The session without what this program does not know, and a description of each thing left out."""
    unknown = [f"metric {quoted(name)}" for name in session.metrics if name not in METRICS]
    metrics = tuple(name for name in session.metrics if name in METRICS)
    made = {result.variant for photo in session.photos for result in photo.results if result.image}
    variants = tuple(text for text in session.variants if _is_known(text) or text in made)
    unknown += [f"variant {quoted(text)}" for text in session.variants if text not in variants]
    view, against = session.view, session.measured_against
    if view.mode not in list(ViewMode):
        unknown.append(f"view mode {quoted(view.mode)}")
        view = dataclasses.replace(view, mode=ViewMode.GRID.value)
    if against not in (FULL_PRECISION, GROUND_TRUTH):
        unknown.append(f"reference {quoted(against)}")
        against = FULL_PRECISION
    photos = tuple(_with_fitting_pictures(photo, unknown) for photo in session.photos)
    known = dataclasses.replace(
        session, photos=photos, metrics=metrics, variants=variants, view=view, measured_against=against
    )
    return known, unknown


def _with_fitting_pictures(photo: SavedPhoto, unknown: list[str]) -> SavedPhoto:
    """Without results and a ground truth of another size than the photo's output, which go to `unknown`."""
    size = output_size(photo.image.pixels)
    kept = []
    for result in photo.results:
        if result.image is None or _size(result.image.pixels) == size:
            kept.append(result)
        else:
            unknown.append(f"size of the result {quoted(result.label)}")
    truth = photo.truth
    if truth is not None and _size(truth.pixels) != size:
        unknown.append(f"size of the ground truth {quoted(truth.name)}")
        truth = None
    return dataclasses.replace(photo, results=tuple(kept), truth=truth)


def _size(pixels: np.ndarray) -> tuple[int, int]:
    return pixels.shape[1], pixels.shape[0]


def quoted(text: str) -> str:
    """A word of the file within a sentence: in quotes, on one line, and not too long for it."""
    return repr(text if len(text) <= LONGEST_WORD else f"{text[:LONGEST_WORD]}…")


def _is_known(text: str) -> bool:
    try:
        variant = read_variant(text)
    except VariantError:
        return False
    return variant.kind != "method" or variant.method in [method.name for method in method_names()]


def fill_workspace(workspace: Workspace, session: Session) -> dict[str, tuple[MarkedRegion, ...]]:
    """Replace the workspace's photos, variants and results by those of a session.

    Returns the regions by photo.

    Raises `SessionError` for a photo that is gone.
    """
    regions: dict[str, tuple[MarkedRegion, ...]] = {}
    loaded = [(saved, _loaded(saved.image), saved.truth and _loaded(saved.truth)) for saved in session.photos]
    workspace.photos.clear()
    workspace.select("")
    workspace.tick(session.variants)
    workspace.use_model(session.model, session.model_hash, session.sampling, session.base)
    keys = []
    for saved, image, truth in loaded:
        photo = workspace.add(image, saved.image.name)
        keys.append(photo.key)
        before = regions.get(photo.key, ())  # of the same photo: older programs could save it twice
        regions[photo.key] = (*before, *(new for new in marked_regions(saved) if new not in before))
        workspace.set_reference(photo.key, truth or photo.reference)
        for result in saved.results:
            workspace.name_variant(result.variant, result.label)
            made_with = session.model_hash or session.model  # as `ResultKey` has it
            workspace.keep(photo, result.variant, _restored(result), made_with, dict(session.sampling))
    if keys:
        workspace.select(keys[min(max(session.current, 0), len(keys) - 1)])
    return regions


def _loaded(image: ImageReference) -> LoadedImage:
    pixels = image.pixels
    digest = image.sha256 or hashlib.sha256(pixels.tobytes()).hexdigest()
    return LoadedImage(pixels, Path(image.path) if image.path else None, sha256=digest)


def _restored(saved: SavedResult) -> VariantResult:
    """A result read from a session; of its variant only the key and the label are known."""
    from qdit4sr_core.compare import VariantResult

    return VariantResult(
        variant=cast(Any, SimpleNamespace(key=saved.variant, label=saved.label)),
        pixels=None if saved.image is None else saved.image.pixels,
        seconds=saved.seconds or 0.0,
        quantize_seconds=saved.quantize_seconds or 0.0,
        weight_bytes=saved.weight_bytes or 0,
        simulated=saved.simulated,
        error=saved.error or None,
        provenance=dict(saved.provenance),
    )


def plain(region: MarkedRegion) -> Region:
    """The core's region of a drawn one."""
    return Region(region.x, region.y, region.width, region.height, region.name)


def marked_regions(photo: SavedPhoto) -> tuple[MarkedRegion, ...]:
    """The regions of a saved photo as the panes draw them; those beyond its output are moved inside."""
    colours = photo.colours
    size = output_size(photo.image.pixels)
    return tuple(
        MarkedRegion(r.x, r.y, r.width, r.height, r.name, colours[index % len(colours)]).inside(*size)
        for index, r in enumerate(photo.regions)
    )


def _version() -> str:
    from qdit4sr_core.version import __version__

    return __version__
