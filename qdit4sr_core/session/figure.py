"""The figure of a session: the one way from a saved photo to panels, for window and command line."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..errors import SessionError
from ..figures import Figure, FigureOptions, Panel, comparison_figure
from ..figures.panel import MetricValues, Role
from ..metrics.regions import Region
from ..metrics.registry import find_metric
from ..metrics.values import MetricValue, compute_region
from ..progress import CancelCheck, Progress, ignore_progress, never_cancelled, stop_if
from .document import FULL_PRECISION, GROUND_TRUTH, SavedPhoto, SavedResult, Session

FULL_PRECISION_VARIANT = "fp"


def session_figure(
    session: Session,
    photo: str | None = None,
    options: FigureOptions | None = None,
    progress: Progress = ignore_progress,
    cancelled: CancelCheck = never_cancelled,
) -> Figure:
    """The comparison figure of one photo (the current one unless named) of a session.

    Numbers the session carries are used as they are; the others are computed. Raises `SessionError` when
    the photo has no result.
    """
    saved = session.photo(photo)
    options = options or session.figure
    names = session.metrics if options.metrics is None else options.metrics
    results = [r for r in map(saved.result, session.variants) if r is not None and r.image is not None]
    if not results:
        raise SessionError(f"The photo {saved.image.name!r} has no results yet; run the comparison first.")
    panels = _panels(saved, results, session.measured_against, names, progress, cancelled)
    options = dataclasses.replace(options, metrics=tuple(names), colours=saved.colours)
    return comparison_figure(panels, saved.regions, options)


def _panels(
    photo: SavedPhoto,
    results: Sequence[SavedResult],
    against: str,
    names: Sequence[str],
    progress: Progress,
    cancelled: CancelCheck,
) -> list[Panel]:
    truth = photo.truth.pixels if photo.truth is not None else None
    against = FULL_PRECISION if truth is None else against
    panels = [Panel("LR", photo.image.pixels, role="input")]
    reference = truth if against == GROUND_TRUTH else _full_precision(results)
    for done, result in enumerate(results):
        stop_if(cancelled)
        progress(done, len(results), f"Measuring {result.label}")
        assert result.image is not None
        is_reference = against == FULL_PRECISION and result.variant == FULL_PRECISION_VARIANT
        role: Role = "reference" if is_reference else "variant"
        measured = [n for n in names if not (is_reference and find_metric(n).full_reference)]
        places: tuple[Region | None, ...] = (None, *photo.regions)
        whole, *regions = (_numbers(result, measured, reference, against, place) for place in places)
        panels.append(Panel(result.label, result.image.pixels, whole, tuple(regions), role))
    if truth is not None:
        panels.append(Panel("Ground truth", truth, role="reference" if against == GROUND_TRUTH else "truth"))
    progress(len(results), len(results), "Measured")
    return panels


def _full_precision(results: Sequence[SavedResult]) -> NDArray[np.uint8] | None:
    for result in results:
        if result.variant == FULL_PRECISION_VARIANT and result.image is not None:
            return result.image.pixels
    return None


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
        found[name] = number.value if number.value is not None else (number.reason or "n/a")
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
