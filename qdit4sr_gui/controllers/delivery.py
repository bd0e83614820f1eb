"""Writing a file off the window's thread, and telling where it is or what went wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from qdit4sr_core.progress import CancelCheck
from qdit4sr_gui.style.translation import tr
from qdit4sr_gui.work.tasks import TaskRunner, telling

from .ask import Ask


class Delivery:
    """What exports have in common once they know what to write."""

    def __init__(self, tasks: TaskRunner, ask: Ask) -> None:
        self._tasks, self._ask = tasks, ask

    def start(self, work: Callable[[CancelCheck], Any], path: Path, sentence: str) -> None:
        """Say what is written and run `work(cancelled)`; then say `sentence` with a way to go there."""
        self._ask.say(tr("Writing {name} …", name=path.name))
        self._tasks.submit(
            work, lambda _: self._ask.saved(sentence, path), telling(self._ask.fail), writes=True
        )
