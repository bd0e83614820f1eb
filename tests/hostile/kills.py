"""Kills at random moments: nothing is half written, a second run goes on exactly, no process is left."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

from qdit4sr_core.errors import QDiT4SRError
from qdit4sr_core.images import load_image
from qdit4sr_core.session import load_session
from qdit4sr_core.strict_json import read_json

from .commands import Command, Material, commands, processes_of, start

PATIENCE = 240.0
"""Seconds after which an undisturbed run counts as hanging, on a busy machine."""
GONE_WITHIN = 5.0
"""Seconds within which every process of a killed run must have ended."""
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


def run_whole(command: Command, out: Path, mark: str) -> tuple[int | None, float]:
    """Run a command undisturbed: its exit code (None when it hangs) and its seconds."""
    out.mkdir(exist_ok=True)
    began = time.perf_counter()
    process = start(command.arguments(out), mark, out.parent / "said.log")
    try:
        code = process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return None, PATIENCE
    return code, time.perf_counter() - began


def kill_at_random(name: str, count: int, material: Material, scratch: Path, seed: int = 0) -> dict[str, Any]:
    """Kill a command `count` times, look at what it left each time, let it finish at the end."""
    command = commands(material)[name]
    numbers = random.Random(f"{name} {seed}")
    found: dict[str, Any] = {"kills": 0, "broken": [], "left": 0, "tracebacks": 0, "hangs": 0, "exact": True}
    whole, out, said = scratch / "whole", scratch / "out", scratch / "said.log"
    code, seconds = run_whole(command, whole, f"{seed}-whole")
    if code != 0:
        raise RuntimeError(f"{name} ended with {code}: {said.read_text(errors='replace')[-2000:]}")
    out.mkdir()
    for number in range(count):
        if not command.resumes and numbers.random() < 0.2:
            shutil.rmtree(out)
            out.mkdir()
        mark = f"{seed}-{name}-{number}"
        said.write_bytes(b"")
        process = start(command.arguments(out), mark, said)
        time.sleep(numbers.uniform(0, seconds))
        process.send_signal(numbers.choice(SIGNALS))
        found["kills"] += 1
        found["hangs"] += _ends(process)
        found["left"] += _left(mark)
        found["broken"] += broken_files(out)
        found["tracebacks"] += said.read_bytes().count(b"Traceback") and _is_python_dying(said)
    code, _ = run_whole(command, out, f"{seed}-{name}-last")
    found["exact"] = code == 0 and contents(out) == contents(whole)
    return found


def _is_python_dying(said: Path) -> int:
    """Python itself prints a traceback when Ctrl-C comes while it imports; ours are the others."""
    text = said.read_text(errors="replace")
    return 0 if text.rstrip().endswith("KeyboardInterrupt") else 1


def _ends(process: subprocess.Popen[bytes]) -> int:
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return 1
    return 0


def _left(mark: str) -> int:
    end = time.monotonic() + GONE_WITHIN
    while (found := processes_of(mark)) and time.monotonic() < end:
        time.sleep(0.1)
    for number in found:  # ours, by their mark: they must not pile up
        subprocess.run(["kill", "-9", str(number)], check=False)
    return len(found)
