"""Writing a file off the window's thread, and telling where it is or what went wrong."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from qdit4sr_core.errors import ImageError, VariantError
from qdit4sr_core.pairing import files_of_variant
from qdit4sr_core.progress import CancelCheck
from qdit4sr_core.variant_text import VariantText, read_variant
from qdit4sr_core.whole_file import refuse_overwriting
from qdit4sr_gui.state.workspace import Workspace
from qdit4sr_gui.style.translation import tr
from qdit4sr_gui.work.tasks import TaskRunner, telling

from .ask import Ask


class Delivery:
    """What exports have in common once they know what to write."""

    def __init__(self, workspace: Workspace, tasks: TaskRunner, ask: Ask) -> None:
        self._workspace, self._tasks, self._ask = workspace, tasks, ask

    def start(
        self,
        work: Callable[[CancelCheck], Any],
        path: Path,
        sentence: str,
        files: Iterable[Path] | None = None,
    ) -> None:
        """Say what is written and run `work(cancelled)`; then say `sentence` with a way to go to `path`.

        `files` are written there, `path` itself where none are named. None of them may replace a file that
        the window reads.
        """
        self._ask.say(tr("Writing {name} …", name=path.name))
        refuse = self.guard([path] if files is None else files)

        def refuse_or_work(cancelled: CancelCheck) -> Any:
            refuse()
            return work(cancelled)

        self._tasks.submit(
            refuse_or_work, lambda _: self._ask.saved(sentence, path), telling(self._ask.fail), writes=True
        )

    def guard(self, files: Iterable[Path]) -> Callable[[], None]:
        """A function for the background that raises `OutputError` if a file would replace one that is read.

        Read are photos and ground truths, and the quantized files and pictures of variants with results.
        """
        workspace, written = self._workspace, list(files)
        images = [image for photo in workspace.photos for image in (photo.image, photo.reference)]
        photos = [image.path for image in images if image is not None]
        variants = [_read_variant(spec) for spec in workspace.listed()]

        def refuse() -> None:
            refuse_overwriting(written, photos)
            for variant in variants:
                with contextlib.suppress(ImageError):  # a folder that is gone has nothing to lose
                    refuse_overwriting(written, files_of_variant(variant.kind, variant.path))

        return refuse


def _read_variant(spec: str) -> VariantText:
    """A variant's text taken apart; one that this program does not know is read from nowhere."""
    try:
        return read_variant(spec)
    except VariantError:
        return VariantText("method")
