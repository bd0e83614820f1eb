"""HR crops and their degraded LR, made once from a folder of photos and kept on disk.

Memory-mapped arrays let every later stage draw random windows without decoding a photo again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import active_children, get_context
from multiprocessing.synchronize import Event
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import ImageError, OutputError, QDiT4SRError, SettingsError, reason, unwritable
from ..images import load_image, save_png
from ..pairing import photos_in
from ..parent_watch import end_with_parent, without_interrupts
from ..presence import file_is_there
from ..progress import CancelCheck, Progress, ignore_progress, never_cancelled, stop_if
from ..strict_json import read_json
from ..whole_file import whole_file, write_text

RECORD = "pairs.json"
FILES = ("hr.npy", "lr.npy", RECORD)
"""Written in this order: where the record stands, the pairs are whole."""

_POLL_SECONDS = 0.2
_wanted: Event | None = None
"""In a worker: set as long as its crops are wanted."""


@dataclass(frozen=True)
class PairSettings:
    """How pairs are cut and degraded."""

    crops: int = 12_000
    size: int = 256
    """Side of an HR crop in pixels."""
    scale: int = 4
    seed: int = 0
    camera_share: float = 0.75
    """Share of pairs as one camera makes them with two lenses, see `camera_pair`."""
    mild: float = 0.12
    """Mean severity of the mildly degraded crops (exponential distribution)."""
    full_share: float = 0.06
    """Share of crops whose severity is drawn uniformly from the whole range."""
    magnify: float = 1.25
    """Half of the crops are enlarged by 1 to this factor first; the others keep their crisp pixels."""
    letters_share: float = 0.08
    """Crops of print beside those of photos, see `letters_crop`; none of them is held out."""
    held_out_photos: int = 24
    """Photos whose crops are never trained on, at most a tenth of them all."""


@dataclass(frozen=True)
class Pairs:
    """hr (N, size, size, 3) and lr (N, size/4, size/4, 3), both uint8 RGB, memory-mapped."""

    hr: NDArray[np.uint8]
    lr: NDArray[np.uint8]
    held_out: int
    """The first pairs, this many, come from photos that are never trained on."""

    def __len__(self) -> int:
        return len(self.hr)


def _pair(
    crop: NDArray[np.uint8], rng: np.random.Generator, settings: PairSettings
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """HR and LR of a crop: of one camera, or the crop itself and a reduction of it."""
    from .degradation import camera_pair, degrade

    kind = rng.random()
    if kind < settings.camera_share:
        return camera_pair(crop, rng, settings.scale)
    if kind < settings.camera_share + settings.full_share:
        severity = float(rng.uniform(0, 1))
    else:
        severity = float(min(1.0, rng.exponential(settings.mild)))
    return crop, degrade(crop, rng, severity, settings.scale)


def _activity(crop: NDArray[np.uint8]) -> float:
    grey = crop.astype(np.float32).mean(axis=2)
    return float(np.abs(np.diff(grey, axis=0)).mean() + np.abs(np.diff(grey, axis=1)).mean())


def _cut(photo: Path, count: int, seed: int, settings: PairSettings) -> list[tuple[NDArray, NDArray]]:
    import cv2

    cv2.setNumThreads(1)
    try:
        image = load_image(photo).pixels
    except QDiT4SRError:
        return []
    if min(image.shape[:2]) < settings.size:
        return []
    rng, pairs = np.random.default_rng(seed), []
    for _ in range(count):
        if _wanted is not None and not _wanted.is_set():
            break
        size = round(settings.size / (rng.uniform(1.0, settings.magnify) if rng.random() < 0.5 else 1.0))
        for _ in range(4):  # prefer crops where something happens
            top = int(rng.integers(0, image.shape[0] - size + 1))
            left = int(rng.integers(0, image.shape[1] - size + 1))
            crop = image[top : top + size, left : left + size]
            if _activity(crop) > rng.uniform(2, 10):
                break
        if rng.random() < 0.5:
            crop = crop[:, ::-1]
        if rng.random() < 0.2:
            crop = crop.transpose(1, 0, 2)
        crop = np.ascontiguousarray(crop)
        if size != settings.size:
            crop = cv2.resize(crop, (settings.size, settings.size), interpolation=cv2.INTER_CUBIC)
        pairs.append(_pair(crop, rng, settings))
    return pairs


def _begin(wanted: Event) -> None:
    global _wanted
    _wanted = wanted
    end_with_parent()


def _cut_all(
    jobs: Sequence[tuple[Path, int, int, PairSettings]], workers: int, cancelled: CancelCheck
) -> Iterator[list[tuple[NDArray, NDArray]]]:
    """What `_cut` gives for each job, in their order. Raises `SettingsError` where a process dies."""
    context = get_context("spawn")  # a fork of a process with running threads may hang
    wanted = context.Event()
    wanted.set()
    with ProcessPoolExecutor(workers, context, _begin, (wanted,)) as pool:
        try:
            with without_interrupts():
                futures = [pool.submit(_cut, *job) for job in jobs]
            for future in futures:
                while wait([future], _POLL_SECONDS).not_done:
                    stop_if(cancelled)
                stop_if(cancelled)
                yield future.result()
        except BrokenProcessPool as error:
            raise SettingsError(
                "A process that cuts crops ended unexpectedly, most likely for lack of memory."
            ) from error
        finally:
            wanted.clear()
            try:
                pool.shutdown(cancel_futures=True)
            except KeyboardInterrupt:
                for process in active_children():
                    process.kill()
                raise


def _write(settings: PairSettings, cancelled: CancelCheck) -> list[tuple[NDArray, NDArray]]:
    from .letters import letters_crop

    rng = np.random.default_rng([settings.seed, 4])
    count = round(settings.letters_share * settings.crops)
    pairs = []
    for _ in range(count):
        stop_if(cancelled)
        pairs.append(_pair(letters_crop(rng, settings.size), rng, settings))
    return pairs


def make_pairs(
    photos: Path,
    folder: Path,
    settings: PairSettings,
    *,
    workers: int = 2,
    progress: Progress = ignore_progress,
    cancelled: CancelCheck = never_cancelled,
) -> Pairs:
    """Cut and degrade crops of all photos in a folder, and of print, into `folder`/{hr,lr}.npy.

    Photos smaller than a crop, or unreadable, give no crops and are listed in `pairs.json`. Deterministic in
    `settings.seed`. Raises `ImageError` when no photo is large enough, `SettingsError` when a process dies,
    `OutputError`, and `Cancelled`, after which nothing of them is kept.
    """
    files = photos_in(photos, nested=True)
    folder.mkdir(parents=True, exist_ok=True)
    each = max(1, round(settings.crops / len(files)))
    jobs = [(p, each, settings.seed * 1_000_003 + i, settings) for i, p in enumerate(files)]
    chosen = np.random.default_rng(settings.seed).permutation(len(files))
    apart = set(chosen[: min(settings.held_out_photos, len(files) // 10)].tolist())
    pairs: list[tuple[NDArray, NDArray]] = []
    kept: list[tuple[NDArray, NDArray]] = []
    unused: list[str] = []
    for done, some in enumerate(_cut_all(jobs, workers, cancelled), 1):
        (kept if done - 1 in apart else pairs).extend(some)
        if not some:
            unused.append(files[done - 1].name)
        progress(done, len(files), "cutting crops")
    if not pairs:
        raise ImageError(f"No photo in {photos} is at least {settings.size} pixels wide and high.")
    pairs.extend(_write(settings, cancelled))
    rng = np.random.default_rng(settings.seed)
    shuffled = [some[i] for some in (kept, pairs) for i in rng.permutation(len(some))]
    for index, name in enumerate(FILES[:2]):
        with whole_file(folder / name, "the training pairs") as stream:
            np.save(stream, np.stack([pair[index] for pair in shuffled]))
    held_out = sorted(files[i].name for i in apart)
    record = {"held_out": len(kept), "held_out_photos": held_out, "unused_photos": unused}
    write_text(folder / RECORD, json.dumps(record, indent=1) + "\n")
    return open_pairs(folder)


def has_pairs(folder: Path) -> bool:
    """Whether pairs were made there to the end."""
    return all(file_is_there(folder / name) for name in FILES)


def open_pairs(folder: Path) -> Pairs:
    """Open pairs made before. Raises `ImageError` when they are not there, or damaged."""
    try:
        hr, lr = (np.load(folder / name, mmap_mode="r") for name in FILES[:2])
        held_out = read_json((folder / RECORD).read_bytes())["held_out"]
    except OSError as error:
        raise ImageError(f"{folder} holds no training pairs that could be read: {reason(error)}.") from error
    except (EOFError, ValueError, KeyError, TypeError) as error:
        raise ImageError(f"The training pairs in {folder} are damaged: {error}.") from error
    side = hr.shape[1] if hr.ndim == 4 else 0
    fit = hr.shape[1:] == (side, side, 3) and lr.shape == (len(hr), side // 4, side // 4, 3)
    if not fit or side % 16 or side == 0 or not hr.dtype == lr.dtype == np.uint8:
        raise ImageError(f"The training pairs in {folder} are damaged: {FILES[0]} and {FILES[1]} do not fit.")
    if type(held_out) is not int or not 0 <= held_out < len(hr):
        raise ImageError(f"The training pairs in {folder} are damaged: {RECORD} holds out {held_out!r}.")
    return Pairs(hr, lr, held_out)


def save_held_out(pairs: Pairs, folder: Path, count: int = 64) -> int:
    """Write the first held-out pairs, at most `count`, as folder/LR/NNN.png and folder/HR/NNN.png.

    They are in random order, so that the first ones are of many photos. What an earlier call wrote beyond
    these goes. Returns how many there are. Raises `OutputError`.
    """
    count = min(count, pairs.held_out)
    for old in (*folder.glob("LR/[0-9][0-9][0-9].png"), *folder.glob("HR/[0-9][0-9][0-9].png")):
        if int(old.stem) >= count:
            try:
                old.unlink()
            except OSError as error:
                raise OutputError(unwritable(old, error)) from error
    for i in range(count):
        save_png(pairs.lr[i], folder / "LR" / f"{i:03}.png", folders=True)
        save_png(pairs.hr[i], folder / "HR" / f"{i:03}.png", folders=True)
    return count


def draw_windows(
    pairs: Pairs, rng: np.random.Generator, batch: int, side: int, *, held_out: bool = False
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Random windows: hr (batch, side, side, 3) and lr (batch, side/4, side/4, 3) on the 16-pixel lattice.

    Of the training pairs, or of the held-out ones.
    """
    first, last = (0, max(1, pairs.held_out)) if held_out else (pairs.held_out, len(pairs))
    full = pairs.hr.shape[1]
    scale = full // pairs.lr.shape[1]
    hr = np.empty((batch, side, side, 3), np.uint8)
    lr = np.empty((batch, side // scale, side // scale, 3), np.uint8)
    for i, k in enumerate(rng.integers(first, last, batch)):
        top, left = (16 * rng.integers(0, (full - side) // 16 + 1, 2)).tolist()
        hr[i] = pairs.hr[k, top : top + side, left : left + side]
        top, left, small = top // scale, left // scale, side // scale
        lr[i] = pairs.lr[k, top : top + small, left : left + small]
    return hr, lr
