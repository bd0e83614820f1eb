"""Kills at random moments: nothing is half written, a second run goes on exactly, no process is left."""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import time
from pathlib import Path
from typing import Any

from qdit4sr_core.errors import QDiT4SRError
from qdit4sr_core.images import load_image
from qdit4sr_core.session import load_session
from qdit4sr_core.strict_json import read_json

from .commands import Command, Material, commands, processes_of
from .warm import Warm

PATIENCE = 240.0
"""Seconds after which a run, killed or not, counts as hanging on a busy machine."""
GONE_WITHIN = 10.0
"""Seconds within which every process of a killed run must have ended, on a busy machine."""
SIGNALS = (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT)


def broken_files(folder: Path) -> list[str]:
    """Files under a final name that cannot be read whole; hidden temporary files do not count."""
    broken = []
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        if path.is_dir() or any(part.startswith(".") for part in inside) or path.suffix == ".log":
            continue
        try:
            _read_whole(path)
        except (QDiT4SRError, ValueError, OSError) as error:
            broken.append(f"{path.relative_to(folder)}: {error}")
    return broken


def _read_whole(path: Path) -> None:
    if path.suffix == ".png":
        load_image(path)
    elif path.suffix == ".qdit4sr":
        for photo in load_session(path).photos:
            _ = photo.image.pixels
    elif path.suffix == ".json":
        read_json(path.read_bytes())
    elif path.suffix == ".jsonl":
        complete = path.read_bytes().rpartition(b"\n")[0]  # the journal itself drops what was cut
        for line in complete.split(b"\n"):
            if line:
                read_json(line)
    elif path.suffix == ".safetensors":
        from qdit4sr_core.quantize.artifact.format import load_artifact

        load_artifact(path)
    elif path.suffix == ".npy":
        import numpy as np

        np.load(path, mmap_mode="r")


def contents(folder: Path) -> dict[str, str]:
    """What a finished run has made, without what may differ: times, and documents that hold times."""
    found = {}
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and not any(part.startswith(".") for part in inside.parts):
            if path.suffix in (".png", ".safetensors", ".npy", ".qdit4sr") and path.name != "figure.png":
                found[str(inside)] = hashlib.sha256(path.read_bytes()).hexdigest()
            elif path.name == "journal.jsonl":
                found[str(inside)] = _numbers(path)
    return found


def _numbers(journal: Path) -> str:
    records = [json.loads(line) for line in journal.read_bytes().splitlines()]
    for record in records[1:]:
        for variant in record["variants"].values():
            variant["values"].pop("seconds", None)
            variant.pop("quantize_seconds")
    return json.dumps(sorted(records[1:], key=lambda record: record["image"]))


def kill_at_random(
    warm: Warm, name: str, count: int, material: Material, scratch: Path, seed: int = 0
) -> dict[str, Any]:
    """Kill a command at work `count` times, look at what it left each time, let it finish at the end.

    A run that had ended by itself when the signal came is no kill; what it made must be the same as always.
    """
    campaign = _Campaign(warm, commands(material)[name], scratch, seed)
    numbers = random.Random(f"{name} {seed}")
    for _ in range(4 * count):
        if campaign.kills < count:
            campaign.kill(numbers)
    campaign.finish()
    return campaign.found()


class _Campaign:
    """One command that is killed again and again over the same output."""

    def __init__(self, warm: Warm, command: Command, scratch: Path, seed: int) -> None:
        self._warm, self._command, self._scratch, self._seed = warm, command, scratch, seed
        self._said, self._out = scratch / "said.log", scratch / "out"
        self.kills = self._left = self._hangs = self._runs = 0
        self._broken: list[str] = []
        self._tracebacks: list[str] = []
        self._exact = True
        whole = scratch / "whole"
        whole.mkdir()
        began = time.perf_counter()
        code = self._end(*self._start(whole))
        self._seconds = time.perf_counter() - began
        if code != 0:
            raise RuntimeError(f"{command.name} ended with {code}: {self._tail()}")
        self._wanted = contents(whole)
        self._out.mkdir()

    def kill(self, numbers: random.Random) -> None:
        """One run and one signal, at a random moment of the time that a whole run takes."""
        kind = numbers.choice(SIGNALS)
        process, mark = self._start(self._out)
        code = self._warm.wait(numbers.uniform(0, self._seconds))
        if code is None:
            if kind == signal.SIGINT:
                os.killpg(process, kind)  # as a terminal does: to the workers as well
            else:
                os.kill(process, kind)
            code = self._end(process, mark)
        else:
            self._left += _left(mark)
        self._broken += broken_files(self._out)
        if b"Traceback" in self._said.read_bytes() and not self._is_python_dying():
            self._tracebacks.append(f"after {kind.name}: {self._tail()}")
        if code in (-kind, 128 + kind):
            self.kills += 1
        elif code is not None:
            self._check(code)
        if code == 0 or (not self._command.resumes and numbers.random() < 0.2):
            shutil.rmtree(self._out)
            self._out.mkdir()

    def finish(self) -> None:
        """A last undisturbed run over what the killed ones left."""
        self._check(self._end(*self._start(self._out)))

    def found(self) -> dict[str, Any]:
        """What was seen, by the names of the table's columns."""
        return {
            "kills": self.kills,
            "broken": self._broken,
            "left": self._left,
            "hangs": self._hangs,
            "tracebacks": self._tracebacks,
            "exact": self._exact,
            "temporary": self._temporary(),
        }

    def _start(self, out: Path) -> tuple[int, str]:
        self._runs += 1
        self._said.write_bytes(b"")
        mark = f"{self._seed}-{self._command.name}-{self._runs}"
        return self._warm.start(self._command.arguments(out), mark, self._said), mark

    def _end(self, process: int, mark: str) -> int | None:
        code = self._warm.wait(PATIENCE)
        if code is None:
            self._hangs += 1
            os.kill(process, signal.SIGKILL)
            self._warm.wait(PATIENCE)
        self._left += _left(mark)
        return code

    def _check(self, code: int | None) -> None:
        if code != 0 or contents(self._out) != self._wanted:
            self._exact = False
            self._broken.append(f"ended with {code}: {self._tail()}")

    def _temporary(self) -> int:
        """What is left after the last run: hidden files, and any in the folder for temporary files."""
        hidden = [path for path in self._out.rglob("*") if path.name.startswith(".")]
        return len(hidden) + len(list((self._scratch / "tmp").iterdir()))

    def _is_python_dying(self) -> bool:
        """Whether all tracebacks are Python's own for Ctrl-C, where no code of ours could answer."""
        return interrupts_alone(self._said.read_text(errors="replace"))

    def _tail(self) -> str:
        return self._said.read_text(errors="replace")[-2000:]


def interrupts_alone(said: str) -> bool:
    """Whether every traceback in the text, with those it was raised within, ends in Python's own Ctrl-C."""
    blocks = said.split("Traceback (most recent call last):")[1:]
    return all(
        "\nKeyboardInterrupt" in block or "\nDuring handling of the above exception" in block
        for block in blocks
    )


def _left(mark: str) -> int:
    end = time.monotonic() + GONE_WITHIN
    while (found := processes_of(mark)) and time.monotonic() < end:
        time.sleep(0.1)
    for number in found:  # ours, by their mark: they must not pile up
        os.kill(number, signal.SIGKILL)
    return len(found)
