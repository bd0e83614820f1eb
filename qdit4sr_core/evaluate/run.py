"""A folder of photos by several variants: the numbers of a paper's table, for your own data."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import ImageError, OutputError, QDiT4SRError, unwritable
from ..file_names import file_stem
from ..images import load_image
from ..metrics.registry import find_metric
from ..metrics.values import engine_of
from ..one_writer import one_writer
from ..pairing import PhotosByName, list_photos
from ..presence import file_is_there
from ..processors import default_threads
from ..progress import CancelCheck, Progress, What, ignore_progress, never_cancelled, stop_if
from ..variant_text import FULL_PRECISION_TEXT
from ..whole_file import refuse_overwriting, whole_file
from .columns import Column, columns_for
from .images import ImageFiles, image_seed
from .journal import FILE_NAME, START_AFRESH, Journal
from .one_image import Evaluator, ImageOutcome, ImageTask
from .plan import EvaluationPlan

if TYPE_CHECKING:
    from ..models.super_resolution_model import SuperResolutionModel
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
    failures: tuple[tuple[str, str], ...] = ()
    """Photos that could not be evaluated: name and reason, a sentence. The next run tries them again."""

    def picture(self, image: str, variant: str) -> Path:
        """Where the output of a variant for an image lies as PNG."""
        return self.folder / IMAGES_FOLDER / file_stem(image) / f"{file_stem(variant)}.png"


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
    photos stay in the journal), `CheckpointError`, `VariantError`. A photo that cannot be evaluated is put
    on the list of failures, and the others go on.
    """
    from .identity import artifact_hashes, model_hash

    pairs = any(image.hr is not None for image in images)
    columns = columns_for(plan.metrics, pairs)
    header = {
        "plan": plan.to_dict(),
        "model": model_hash(model),
        "engines": {name: engine_of(find_metric(name)) for name in plan.metrics},
        "calibration": None if calibration is None else calibration.provenance,
    }
    artifacts = artifact_hashes(plan.variants)
    if artifacts:  # left out where there are none, as it was before: such evaluations go on
        header["artifacts"] = artifacts
    path = folder / FILE_NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with one_writer(folder):
            if restart:
                path.unlink(missing_ok=True)
            journal = Journal(path, header)
            evaluation = Evaluation(folder, plan, columns, header, ())
            refuse_overwriting(_pictures(evaluation, images), _read_files(images))
            failures: dict[str, str] = {}
            photos_of = functools.cache(lambda place: PhotosByName(list_photos(place)))
            waiting = [image for image in images if not _is_done(image, journal, evaluation, photos_of)]
            steps = len(canonical_variants((FULL_PRECISION_TEXT, *plan.variants)))
            tracker = _Tracker(progress, len(images) * steps, (len(images) - len(waiting)) * steps, steps)
            tracker.report(0, "starting" if waiting else "finished before")
            tasks = (_load(image, plan.seed) for image in waiting)
            for outcome in _outcomes(
                tasks, len(waiting), plan, model, calibration, processes, threads, cluster, tracker, cancelled
            ):
                name = outcome.record["image"]
                if outcome.problem:
                    failures[name] = outcome.problem
                else:
                    _save_pictures(evaluation, outcome)
                    journal.add(outcome.record)
                tracker.image_done(name)
    except OSError as error:
        raise OutputError(unwritable(folder, error)) from error
    records = tuple(journal.records[image.name] for image in images if image.name in journal.records)
    failed = tuple((image.name, failures[image.name]) for image in images if image.name in failures)
    return Evaluation(folder, plan, columns, header, records, failed)


def _pictures(evaluation: Evaluation, images: Sequence[ImageFiles]) -> Iterator[Path]:
    variants = canonical_variants((FULL_PRECISION_TEXT, *evaluation.plan.variants))
    return (evaluation.picture(image.name, key) for image in images for key in variants)


def _read_files(images: Sequence[ImageFiles]) -> Iterator[Path | None]:
    return (path for image in images for path in (image.lr, image.hr))


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

        share = max(1, (threads or default_threads()) // processes)
        yield from outcomes_in_processes(tasks, plan, model, calibration, processes, share, cancelled)
        return
    if threads is not None:
        import torch

        torch.set_num_threads(threads)
    evaluator = Evaluator(plan, model, calibration)
    for task in tasks:
        stop_if(cancelled)
        yield evaluator.outcome(
            task, progress=lambda done, _total, what: tracker.report(done, what), cancelled=cancelled
        )


class _Tracker:
    """Progress over variants of images: what is finished, plus what the current image reports."""

    def __init__(self, progress: Progress, total: int, done: int, steps: int) -> None:
        self._progress, self._total, self._done, self._steps = progress, total, done, steps

    def report(self, within: int, what: What) -> None:
        self._progress(min(self._done + within, self._total), self._total, what)

    def image_done(self, name: str) -> None:
        self._done += self._steps
        self.report(0, name)


def _load(image: ImageFiles, seed: int) -> ImageTask:
    """The photo's pixels; where they cannot be had, a task that carries the reason instead."""
    from ..models.prompts import caption_for

    number, nothing = image_seed(seed, image.name), np.zeros((0, 0, 3), np.uint8)
    if image.problem:
        return ImageTask(image.name, nothing, None, number, problem=image.problem)
    try:
        lr = load_image(image.lr)
        hr = None if image.hr is None else load_image(image.hr)
        caption = caption_for(image.lr)
    except QDiT4SRError as error:
        return ImageTask(image.name, nothing, None, number, problem=str(error))
    return ImageTask(
        image.name,
        lr.pixels,
        None if hr is None else hr.pixels,
        number,
        lr.sha256,
        "" if hr is None else hr.sha256,
        caption,
        image.lr.name,
    )


def _is_done(
    image: ImageFiles, journal: Journal, evaluation: Evaluation, photos_of: Callable[[Path], PhotosByName]
) -> bool:
    """Whether the journal holds this photo and its pictures are there; `photos_of` lists a folder.

    Raises `OutputError` for a file that has changed since.
    """
    record = journal.records.get(image.name)
    if record is None:
        return False
    if not _has_pictures(evaluation, record):
        del journal.records[image.name]
        return False
    from .identity import changed_result, file_hash

    try:
        same = record["lr_sha256"] == file_hash(image.lr)
        if same and image.hr is not None:
            same = record["hr_sha256"] == file_hash(image.hr)
    except ImageError:  # it can no longer be read: what was evaluated stands
        return True
    if not same or bool(record["hr_sha256"]) != (image.hr is not None):
        raise OutputError(f"{image.name} has changed since it was evaluated; {START_AFRESH}")
    other = changed_result(record, image.lr, photos_of)
    if other:
        raise OutputError(f"{image.name} of {other} has changed since it was evaluated; {START_AFRESH}")
    return True


def _has_pictures(evaluation: Evaluation, record: dict[str, Any]) -> bool:
    made = (key for key, entry in record["variants"].items() if entry["error"] is None)
    return all(file_is_there(evaluation.picture(record["image"], key)) for key in made)


def _save_pictures(evaluation: Evaluation, outcome: ImageOutcome) -> None:
    for variant, data in outcome.pngs.items():
        target = evaluation.picture(outcome.record["image"], variant)
        with whole_file(target, folders=True) as stream:
            stream.write(data)
