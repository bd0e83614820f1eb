"""The commands of the campaign, each small enough to be run hundreds of times, and how they are started."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from .good_files import GOLDEN, make_session, make_tiny_model

MARK = "QDIT4SR_HOSTILE"
"""An environment variable by which every process of a run is found again."""
ROOT = Path(__file__).resolve().parents[2]

SAVE_SESSIONS = """
import sys
from pathlib import Path
from tests.hostile.good_files import make_session
for _ in range(30):
    make_session(Path(sys.argv[1]) / "work.qdit4sr")
"""
EXPORT = """
import sys
from pathlib import Path
import numpy as np
from qdit4sr_core.images import save_png
from qdit4sr_core.whole_file import write_text
pixels = np.random.default_rng(3).integers(0, 256, (300, 300, 3), np.uint8)
for number in range(20):
    save_png(pixels, Path(sys.argv[1]) / "result.png")
    write_text(Path(sys.argv[1]) / "table.json", '{"values": [' + "1, " * 20000 + "1]}")
"""
CLUSTER = """
import sys
from distributed import LocalCluster
from qdit4sr_core.cli import main
if __name__ == "__main__":
    with LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None, protocol="tcp"
    ) as cluster:
        sys.exit(main([*sys.argv[1:], "--cluster", cluster.scheduler_address]))
"""


@dataclass(frozen=True)
class Command:
    """A command line whose result goes to `out`; `resumes` says that a second run goes on with the first."""

    name: str
    arguments: Callable[[Path], list[str]]
    resumes: bool = False


@dataclass(frozen=True)
class Material:
    """What the commands read, in one folder."""

    folder: Path

    @property
    def photo(self) -> Path:
        """One LR photo."""
        return self.folder / "lr" / "a0.png"

    @property
    def model(self) -> Path:
        """A tiny model with its own codec."""
        return self.folder / "model"

    def python(self, code: str, *arguments: str) -> list[str]:
        """A program of a few lines, written to a file so that processes it starts can import it."""
        path = self.folder / f"program{abs(hash(code))}.py"
        path.write_text(code)
        return [sys.executable, str(path), *arguments]


def make_material(folder: Path) -> Material:
    """Photos, a tiny model and a session."""
    (folder / "lr").mkdir(parents=True)
    numbers = np.random.default_rng(5)
    for index in range(4):
        pixels = numbers.integers(0, 256, (16, 16, 3), np.uint8)
        Image.fromarray(pixels).save(folder / "lr" / f"a{index}.png")
    (folder / "big").mkdir()
    Image.fromarray(numbers.integers(0, 256, (300, 300, 3), np.uint8)).save(folder / "big" / "b.png")
    make_tiny_model(folder / "model")
    make_session(folder / "work.qdit4sr")
    return Material(folder)


def commands(material: Material) -> dict[str, Command]:
    """Every command that writes, by name."""
    photo, model = str(material.photo), ["--model", str(material.model)]
    lr = str(material.photo.parent)
    program = [sys.executable, "-m", "qdit4sr_gui"]
    few = ["--steps", "1", "--threads", "1"]
    evaluation = ["evaluate", "--lr", lr, *model, "--variants", "fp,bicubic", "--metrics", "psnr", *few]

    def cli(*arguments: str) -> list[str]:
        return [*program, *arguments]

    made = [
        Command("session save", lambda out: material.python(SAVE_SESSIONS, str(out))),
        Command("export", lambda out: material.python(EXPORT, str(out))),
        Command(
            "figure",
            lambda out: cli("figure", str(material.folder / "work.qdit4sr"), "--out", str(out / "f.png")),
        ),
        Command(
            "compare",
            lambda out: cli(
                "compare", photo, *model, "--variants", "fp,rtn-w4a4", *few, "--out", str(out / "r")
            ),
        ),
        Command("upscale", lambda out: cli("upscale", photo, *model, *few, "--out", str(out / "u.png"))),
        Command("evaluate", lambda out: cli(*evaluation, "--out", str(out / "e")), resumes=True),
        Command(
            "evaluate --jobs 2", lambda out: cli(*evaluation, "--jobs", "2", "--out", str(out / "e")), True
        ),
        Command(
            "evaluate --cluster",
            lambda out: material.python(CLUSTER, *evaluation, "--out", str(out / "e")),
            True,
        ),
        Command(
            "quantize",
            lambda out: cli("quantize", "rtn-w4a4", *model, *few, "--out", str(out / "q.safetensors")),
        ),
        Command(
            "quantize --stream",
            lambda out: cli(
                "quantize", "rtn-w4a4", "--stream", "--model", str(GOLDEN / "transformer"), "--threads", "1",
                "--out", str(out / "s.safetensors"),
            ),
            resumes=True,
        ),
        Command(
            "train",
            lambda out: cli(
                "train", str(material.folder / "big"), "--out", str(out / "t"), "--stage", "pairs",
                "--crops", "4",
            ),
        ),
    ]  # fmt: skip
    return {command.name: command for command in made}


def environment(mark: str) -> dict[str, str]:
    """Of every process of a run: one thread, no display, and the mark."""
    return os.environ | {
        MARK: mark,
        "OMP_NUM_THREADS": "1",
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "ignore",
    }


def processes_of(mark: str) -> list[int]:
    """Processes that carry the mark in their environment."""
    wanted = f"{MARK}={mark}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            data = (entry / "environ").read_bytes()
            state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            continue
        if wanted in data.split(b"\0") and state != "Z" and int(entry.name) != os.getpid():
            found.append(int(entry.name))
    return found
