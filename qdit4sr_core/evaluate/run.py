"""A folder of photos by several variants: the numbers of a paper's table, for your own data."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import OutputError
from ..images import load_image
from ..metrics.registry import find_metric
from ..metrics.values import engine_of
from ..progress import CancelCheck, Progress, ignore_progress, never_cancelled, stop_if
from ..whole_file import whole_file
from .columns import Column, columns_for
from .images import ImageFiles, image_seed
from .journal import FILE_NAME, Journal
from .one_image import Evaluator, ImageOutcome, ImageTask
from .plan import EvaluationPlan

if TYPE_CHECKING:
    from ..models.registry import SuperResolutionModel
    from ..quantize.calibration.statistics import Calibration

IMAGES_FOLDER = "images"


@dataclass(frozen=True, eq=False)
class Evaluation:
    """A finished (or, after a cancellation, partly finished) evaluation in its folder."""

    folder: Path
    plan: EvaluationPlan
    columns: tuple[Column, ...]
    header: dict[str, Any]
    records: tuple[dict[str, Any], ...]
    """One entry an image, in the order of the folder; see `Evaluator.evaluate`."""

    def picture(self, image: str, variant: str) -> Path:
        """Where the output of a variant for an image lies as PNG."""
        return self.folder / IMAGES_FOLDER / file_stem(image) / f"{file_stem(variant)}.png"


def file_stem(name: str) -> str:
    """A name with everything replaced that a file name should not hold."""
    return "".join(c if c.isalnum() or c in "-_." else "_" for c in name)


def canonical_variants(specs: Iterable[str]) -> tuple[str, ...]:
    """The keys of variants given as texts, each once, in order. Raises `VariantError`."""
    from ..quantize.variants import parse_variant, split_variants

    pieces = [piece for spec in specs for piece in split_variants(spec)]
    return tuple(dict.fromkeys(parse_variant(piece).key for piece in pieces))


def evaluate(
    images: Sequence[ImageFiles],
    plan: EvaluationPlan,
    folder: Path,
    *,
    model: SuperResolutionModel | str | Path | None = None,
    calibration: Calibration | None = None,
    processes: int = 1,
    threads: int | None = None,
    cluster: str | None = None,
    restart: bool = False,
    progress: Progress = ignore_progress,
    cancelled: CancelCheck = never_cancelled,
) -> Evaluation:
    """Evaluate every photo that the journal in `folder` does not hold yet; returns all of them.

    `model` is a model, the folder of one, or None for the bundled one. With several `processes` each works
    on its own photo with its share of `threads` (default: as many as there are cores); with `cluster`, the
    address of a Dask scheduler, its workers do the same work. Seeds depend on the photo's name alone, so
    the numbers are the same however the work is shared out. `progress` counts variants of photos.

    Raises `OutputError` when `folder` holds another evaluation or cannot be written, `Cancelled` (finished
    photos stay in the journal), `ImageError`, `CheckpointError`, `VariantError`.
    """
    from .identity import model_hash

    pairs = any(image.hr is not None for image in images)
    columns = columns_for(plan.metrics, pairs)
    header = {
        "plan": plan.to_dict(),
        "model": model_hash(model),
        "engines": {name: engine_of(find_metric(name)) for name in plan.metrics},
        "calibration": None if calibration is None else calibration.provenance,
    }
    path = folder / FILE_NAME
    if restart:
        path.unlink(missing_ok=True)
    journal = Journal(path, header)
    evaluation = Evaluation(folder, plan, columns, header, ())
    waiting = [image for image in images if not _is_done(image, journal)]
    steps = len(canonical_variants(("fp", *plan.variants)))
    tracker = _Tracker(progress, len(images) * steps, (len(images) - len(waiting)) * steps, steps)
    tracker.report(0, "starting" if waiting else "finished before")
    tasks = (_load(image, plan.seed) for image in waiting)
    for outcome in _outcomes(
        tasks, len(waiting), plan, model, calibration, processes, threads, cluster, tracker, cancelled
    ):
        _save_pictures(evaluation, outcome)
        journal.add(outcome.record)
        tracker.image_done(outcome.record["image"])
    records = tuple(journal.records[image.name] for image in images if image.name in journal.records)
    return Evaluation(folder, plan, columns, header, records)


def _outcomes(
    tasks: Iterator[ImageTask],
    count: int,
    plan: EvaluationPlan,
    model: SuperResolutionModel | str | Path | None,
    calibration: Calibration | None,
    processes: int,
    threads: int | None,
    cluster: str | None,
    tracker: _Tracker,
    cancelled: CancelCheck,
) -> Iterator[ImageOutcome]:
    if count == 0:
        return
    if cluster is not None:
        from .cluster import outcomes_on_cluster

        yield from outcomes_on_cluster(cluster, tasks, plan, model, calibration, cancelled)
        return
    processes = max(1, min(processes, count))
    if processes > 1:
        from .processes import outcomes_in_processes

        share = max(1, (threads or os.cpu_count() or 1) // processes)
        yield from outcomes_in_processes(tasks, plan, model, calibration, processes, share, cancelled)
        return
    if threads is not None:
        import torch

        torch.set_num_threads(threads)
    evaluator = Evaluator(plan, model, calibration)
    for task in tasks:
        stop_if(cancelled)
        yield evaluator.evaluate(
            task, progress=lambda done, _total, what: tracker.report(done, what), cancelled=cancelled
        )


class _Tracker:
    """Progress over variants of images: what is finished, plus what the current image reports."""

    def __init__(self, progress: Progress, total: int, done: int, steps: int) -> None:
        self._progress, self._total, self._done, self._steps = progress, total, done, steps

    def report(self, within: int, what: str) -> None:
        self._progress(min(self._done + within, self._total), self._total, what)

    def image_done(self, name: str) -> None:
        self._done += self._steps
        self.report(0, name)


def _load(image: ImageFiles, seed: int) -> ImageTask:
    from ..models.prompts import caption_for

    lr = load_image(image.lr)
    hr = None if image.hr is None else load_image(image.hr)
    return ImageTask(
        image.name,
        lr.pixels,
        None if hr is None else hr.pixels,
        image_seed(seed, image.name),
        lr.sha256,
        "" if hr is None else hr.sha256,
        caption_for(image.lr),
    )


def _is_done(image: ImageFiles, journal: Journal) -> bool:
    """Whether the journal holds this photo; a file that has changed since is refused."""
    record = journal.records.get(image.name)
    if record is None:
        return False
    from .identity import file_hash

    same = record["lr_sha256"] == file_hash(image.lr)
    if same and image.hr is not None:
        same = record["hr_sha256"] == file_hash(image.hr)
    if not same or bool(record["hr_sha256"]) != (image.hr is not None):
        raise OutputError(
            f"{image.name} has changed since it was evaluated; choose another output folder or start "
            "afresh with --restart."
        )
    return True


def _save_pictures(evaluation: Evaluation, outcome: ImageOutcome) -> None:
    for variant, data in outcome.pngs.items():
        target = evaluation.picture(outcome.record["image"], variant)
        with whole_file(target, folders=True) as stream:
            stream.write(data)
