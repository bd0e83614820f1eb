"""The figure of a session: the one way from a saved photo to panels, for window and command line."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import FigureError, SessionError
from ..figures import (
    Figure,
    FigureOptions,
    Panel,
    PhotoPanels,
    comparison_figure,
    photos_figure,
    spectrum_plot,
    straying_plot,
    texture_change_figure,
)
from ..figures.layout import layout_of
from ..figures.panel import MetricValues, Role
from ..figures.suggestion import suggest_region
from ..measured_against import FULL_PRECISION, GROUND_TRUTH
from ..metrics.reasons import NOT_AVAILABLE
from ..metrics.regions import Region
from ..metrics.registry import find_metric
from ..metrics.values import MetricValue, compute_region
from ..progress import Activity, CancelCheck, Phase, Progress, ignore_progress, never_cancelled, stop_if
from ..variant_text import FULL_PRECISION_TEXT, SHOWN_BESIDE, kind_of
from .document import SavedPhoto, SavedResult, Session

KINDS = ("comparison", "spectrum", "spectrum-absolute", "texture-change", "trajectory")


def session_figure(
    session: Session,
    photo: str | None = None,
    options: FigureOptions | None = None,
    kind: str = "comparison",
    progress: Progress = ignore_progress,
    cancelled: CancelCheck = never_cancelled,
) -> Figure:
    """A figure of one photo (the current one unless named) of a session.

    `kind` is one of `KINDS`: the comparison of crops, the power spectra in the first region (less the
    reference's, or `spectrum-absolute` above that), the map of texture lost and added, or the error along
    sampling (`trajectory`). Where the layout enlarges a region and none is drawn, the place where the
    variants differ most is shown and measured. Numbers the session carries are used as they are; the
    others are computed. Raises `SessionError` when the photo has no result, `FigureError` for an unknown
    kind.
    """
    if kind not in KINDS:
        raise FigureError(f"The figure {kind!r} is unknown; choose one of {', '.join(KINDS)}.")
    options = options or session.figure
    if kind == "comparison" and layout_of(options.layout).shows_photos:
        return _photos_figure(session, photo, options, progress, cancelled)
    saved = session.photo(photo)
    options = _with_session(options, session, saved)
    shown = _pictures(session, saved, options)
    pictures = [panel for panel, _ in shown]
    regions = saved.regions
    if kind.startswith("spectrum"):
        first = regions[0] if regions else None
        return spectrum_plot(pictures, first, options, absolute=kind == "spectrum-absolute")
    if kind == "trajectory":
        found = [result for result in map(saved.result, session.variants) if result is not None]
        return straying_plot({r.label: r.provenance.get("trajectory_error", ()) for r in found}, options)
    if kind == "texture-change":
        return texture_change_figure(pictures, regions, options)
    if not regions and layout_of(options.layout).needs_region:
        regions = (suggest_region(pictures),)
    panels = _measured(session, saved, shown, regions, options, progress, cancelled)
    return comparison_figure(panels, regions, options)


def _with_session(options: FigureOptions, session: Session, saved: SavedPhoto) -> FigureOptions:
    names = session.metrics if options.metrics is None else options.metrics
    return dataclasses.replace(options, metrics=tuple(names), colours=saved.colours)


def _photos_figure(
    session: Session, photo: str | None, options: FigureOptions, progress: Progress, cancelled: CancelCheck
) -> Figure:
    """A row a photo: those of `options.photos` (or `photo` alone), else all that have results."""
    if photo is not None:
        chosen = [session.photo(photo)]
    elif options.photos is not None:
        chosen = [session.photo(name) for name in options.photos]
    else:
        chosen = [saved for saved in session.photos if any(map(saved.result, session.variants))]
    if not chosen:
        raise SessionError("No photo has results yet; run the comparison first.")
    options = _with_session(options, session, chosen[0])
    rows = []
    for number, saved in enumerate(chosen):
        shown = _pictures(session, saved, options)
        region = saved.regions[0] if saved.regions else suggest_region([panel for panel, _ in shown])
        progress(number, len(chosen), Activity(Phase.MEASURING, name=saved.image.name))
        panels = _measured(session, saved, shown, (region,), options, ignore_progress, cancelled)
        rows.append(PhotoPanels(Path(saved.image.name).stem, tuple(panels), region))
    progress(len(chosen), len(chosen), Activity(Phase.MEASURING))
    return photos_figure(rows, options)


def session_panels(
    session: Session,
    saved: SavedPhoto,
    options: FigureOptions | None = None,
    progress: Progress = ignore_progress,
    cancelled: CancelCheck = never_cancelled,
) -> list[Panel]:
    """The photo, ground truth and every finished variant with its numbers of the whole picture.

    Raises `SessionError` when the photo has no result.
    """
    options = _with_session(options or session.figure, session, saved)
    shown = _pictures(session, saved, options)
    return _measured(session, saved, shown, (), options, progress, cancelled)


def _measured(
    session: Session,
    saved: SavedPhoto,
    shown: list[tuple[Panel, SavedResult | None]],
    regions: tuple[Region, ...],
    options: FigureOptions,
    progress: Progress,
    cancelled: CancelCheck,
) -> list[Panel]:
    """The panels with their numbers, of the whole picture and of each region."""
    names = options.metrics or ()
    against = _against(session, saved)
    reference = next((panel.pixels for panel, _ in shown if panel.role == "reference"), None)
    panels = []
    for done, (panel, result) in enumerate(shown):
        stop_if(cancelled)
        progress(done, len(shown), Activity(Phase.MEASURING, name=panel.label))
        if result is not None:
            own = panel.role == "reference"
            measured = [n for n in names if not (own and find_metric(n).full_reference)]
            places: tuple[Region | None, ...] = (None, *regions)
            whole, *rest = (_numbers(result, measured, reference, against, place) for place in places)
            panel = dataclasses.replace(panel, metrics=whole, region_metrics=tuple(rest))
        panels.append(panel)
    progress(len(shown), len(shown), Activity(Phase.MEASURING))
    return panels


def _against(session: Session, photo: SavedPhoto) -> str:
    return FULL_PRECISION if photo.truth is None else session.measured_against


def _pictures(
    session: Session, photo: SavedPhoto, options: FigureOptions
) -> list[tuple[Panel, SavedResult | None]]:
    """The photo, ground truth and every finished variant with its result; without numbers."""
    results = [found for found in map(photo.result, session.variants) if found is not None]
    if not results:
        raise SessionError(f"The photo {photo.image.name!r} has no results yet; run the comparison first.")
    _require_one_size(results)
    against = _against(session, photo)
    panels: list[tuple[Panel, SavedResult | None]] = []
    if options.show_input:
        panels.append((Panel("LR photo", photo.image.pixels, role="input"), None))
    if photo.truth is not None:
        truth_role: Role = "reference" if against == GROUND_TRUTH else "truth"
        panels.append((Panel("Ground truth", photo.truth.pixels, role=truth_role), None))
    for result in results:
        assert result.image is not None
        own = against == FULL_PRECISION and result.variant == FULL_PRECISION_TEXT
        aside = kind_of(result.variant) in SHOWN_BESIDE
        role: Role = "reference" if own else "variant"
        panel = Panel(result.label, result.image.pixels, role=role, orientation=aside)
        panels.append((panel, result))
    return panels


def _require_one_size(results: Sequence[SavedResult]) -> None:
    (first, height, width), *others = (
        (result.label, *result.image.pixels.shape[:2]) for result in results if result.image is not None
    )
    for label, high, wide in others:
        if (high, wide) != (height, width):
            raise SessionError(
                f"The results differ in size: {first} has {width}x{height} pixels, {label} {wide}x{high}."
            )


def _numbers(
    result: SavedResult,
    names: Sequence[str],
    reference: NDArray[np.uint8] | None,
    against: str,
    region: Region | None,
) -> MetricValues:
    assert result.image is not None
    found: dict[str, str | float] = {}
    for name in names:
        number = _stored(result, name, against, region)
        if number is None:
            pixels = result.image.pixels
            number = compute_region([name], pixels, reference, region, reference_name=against)[0]
        found[name] = number.value if number.value is not None else NOT_AVAILABLE
    return found


def _stored(result: SavedResult, name: str, against: str, region: Region | None) -> MetricValue | None:
    wanted = against if find_metric(name).full_reference else ""
    for number in result.numbers:
        if number.name == name and number.reference == wanted and _same_place(number.region, region):
            return number
    return None


def _same_place(a: Region | None, b: Region | None) -> bool:
    if a is None or b is None:
        return a is b
    return (a.x, a.y, a.width, a.height) == (b.x, b.y, b.width, b.height)
