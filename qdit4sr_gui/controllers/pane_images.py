"""What the panes show of the current photo: the variants in order, then the input and the ground truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qdit4sr_core.progress import duration_text, text_of
from qdit4sr_gui.state.view_image import LR_KEY, TRUTH_KEY, ViewImage
from qdit4sr_gui.state.workspace import Photo, Workspace
from qdit4sr_gui.style.translation import listed, tr

from .runs import RunController

if TYPE_CHECKING:
    from qdit4sr_core.compare import VariantResult


def view_images(
    workspace: Workspace, runs: RunController, show_input: bool = True, show_truth: bool = False
) -> list[ViewImage]:
    """One `ViewImage` a ticked variant, with its result, its running estimate, its error or a hint."""
    photo = workspace.photo()
    if photo is None:
        return []
    images = [_variant_image(workspace, runs, photo, spec) for spec in workspace.specs]
    if show_input:
        images.append(ViewImage(LR_KEY, tr("Input (LR)"), photo.image.pixels))
    if photo.reference is not None and show_truth:
        images.append(ViewImage(TRUTH_KEY, tr("Ground truth"), photo.reference.pixels, landmark=True))
    return images


def _variant_image(workspace: Workspace, runs: RunController, photo: Photo, spec: str) -> ViewImage:
    label = tr(workspace.label(spec))
    running = photo.key == runs.running_photo()
    if running and spec == runs.running_spec:
        return ViewImage(spec, label, hint=tr("Running …"))
    result = workspace.result(photo, spec)
    if result is not None:
        pixels = workspace.pixels(photo, spec)
        return ViewImage(spec, label, pixels, time_and_size(result), error=result.error or "")
    if running or photo.key in runs.waiting_photos():
        return ViewImage(spec, label, hint=tr("Waiting for its turn"))
    stopped = runs.cancelled_at(photo.key, spec)
    note = "" if stopped is None else tr("cancelled ({step})", step=text_of(stopped, tr))
    return ViewImage(spec, label, metric_line=note, hint=tr("Not run yet: press F5"))


def time_and_size(result: VariantResult) -> str:
    """What a result cost: "8 s (kernel), 6.3 MB"; times marked (simulated) say nothing about real ones."""
    if result.error is not None:
        return ""
    time = duration_text(result.seconds, tr)
    engines = "+".join(tr(name) for name in result.engines if name != "float")
    real = tr("{time} ({engines})", time=time, engines=engines) if engines else time
    parts = [tr("{time} (simulated)", time=time) if result.simulated else real]
    if result.weight_bytes:
        parts.append(f"{result.weight_bytes / 1e6:.1f} MB")
    return listed(parts)
