"""Hostile inputs: good files spoiled at random, given to whatever reads such files."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import random
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from .good_files import GOLDEN, make_artifact, make_session, make_tiny_model, pixels
from .mutations import resigned_safetensors, spoiled, spoiled_json

Reader = Callable[[random.Random], None]
"""Makes one spoiled input from a source of random numbers and reads it."""


def images(folder: Path) -> Reader:
    """Every format that Pillow or OpenCV writes."""
    import cv2
    from PIL import Image

    from qdit4sr_core.images import load_image
    from qdit4sr_core.pairing import SUFFIXES

    Image.init()
    seeds: list[tuple[str, bytes]] = []
    picture = Image.fromarray(pixels())
    for suffix in SUFFIXES:
        stream = io.BytesIO()
        with contextlib.suppress(OSError, ValueError, KeyError):
            kind = Image.EXTENSION[suffix]
            (picture.convert("1") if suffix == ".pbm" else picture).save(stream, kind)
            seeds.append((suffix, stream.getvalue()))
    for mode in ("L", "P", "RGBA", "LA", "I;16", "F", "CMYK"):
        stream = io.BytesIO()
        deep = Image.fromarray(np.arange(600, dtype=np.uint16).reshape(20, 30) * 100)
        (deep if mode == "I;16" else picture.convert(mode)).save(stream, "TIFF")
        seeds.append((".tif", stream.getvalue()))
    for suffix in (".png", ".jpg", ".jp2", ".ppm", ".tiff", ".bmp", ".webp"):
        size = (64, 64) if suffix == ".jp2" else (24, 32)
        done, encoded = cv2.imencode(suffix, pixels(*size))
        if done:
            seeds.append((suffix, encoded.tobytes()))

    def read(numbers: random.Random) -> None:
        suffix, data = numbers.choice(seeds)
        path = folder / f"photo{suffix}"
        path.write_bytes(spoiled(data, numbers))
        load_image(path)

    return read


def checkpoints(folder: Path) -> Reader:
    """Configurations and weight files of a published model's folder."""
    from qdit4sr_core.models.checkpoint import load_transformer

    source = GOLDEN / "transformer"
    config = json.loads((source / "config.json").read_text())
    weights = next(source.glob("*.safetensors"))

    def read(numbers: random.Random) -> None:
        model = folder / "model"
        shutil.rmtree(model, ignore_errors=True)
        shutil.copytree(source, model)
        if numbers.random() < 0.5:
            text = json.dumps(spoiled_json(config, numbers))
            (model / "config.json").write_text(text, errors="surrogatepass")
        else:
            (model / weights.name).write_bytes(spoiled(weights.read_bytes(), numbers))
        load_transformer(model)

    return read


def nanos(folder: Path) -> Reader:
    """Descriptions and weights of a small model."""
    from qdit4sr_core.models.registry import load_nano

    good = make_tiny_model(folder / "good")
    description = json.loads((good / "nano.json").read_text())

    def read(numbers: random.Random) -> None:
        model = folder / "model"
        shutil.rmtree(model, ignore_errors=True)
        shutil.copytree(good, model)
        if numbers.random() < 0.6:
            (model / "nano.json").write_text(json.dumps(spoiled_json(description, numbers)))
        else:
            name = numbers.choice(["nano.json", "nano.safetensors"])
            (model / name).write_bytes(spoiled((good / name).read_bytes(), numbers))
        load_nano(model)

    return read


def artifacts(folder: Path) -> Reader:
    """Quantized files: spoiled bytes, and descriptions that lie although their checksum is right."""
    from qdit4sr_core.quantize.artifact.format import load_artifact

    good = make_artifact(folder / "good.safetensors").read_bytes()

    def lie(metadata: dict[str, str], numbers: random.Random) -> dict[str, str]:
        text = json.dumps(spoiled_json(json.loads(metadata["quantization_config"]), numbers))
        digest = hashlib.sha256(text.encode()).hexdigest()
        return metadata | {"quantization_config": text, "sha256": digest}

    def read(numbers: random.Random) -> None:
        path = folder / "a.safetensors"
        if numbers.random() < 0.5:
            path.write_bytes(spoiled(good, numbers))
        else:
            path.write_bytes(resigned_safetensors(good, lambda metadata: lie(metadata, numbers)))
        load_artifact(path)

    return read


def sessions(folder: Path) -> Reader:
    """Session files: spoiled bytes, and documents with wrong values."""
    from qdit4sr_core.session import load_session, session_figure

    good = make_session(folder / "good.qdit4sr").read_bytes()
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist()}

    def read(numbers: random.Random) -> None:
        path = folder / "a.qdit4sr"
        if numbers.random() < 0.4:
            path.write_bytes(spoiled(good, numbers))
        else:
            document = spoiled_json(json.loads(members["session.json"]), numbers)
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr("session.json", json.dumps(document))
                for name, data in members.items():
                    if name != "session.json":
                        archive.writestr(name, data)
        session = load_session(path)
        session_figure(session)

    return read


def journals(folder: Path) -> Reader:
    """Journals of evaluations, and the tables made of them."""
    from qdit4sr_core.evaluate import Evaluation, EvaluationPlan, columns_for, summarize
    from qdit4sr_core.evaluate.journal import Journal
    from qdit4sr_core.report import terminal_text
    from qdit4sr_core.report.data import images_csv, json_text

    plan = EvaluationPlan(("fp",), ("psnr",))
    header = {"plan": plan.to_dict(), "model": "m", "engines": {}, "calibration": None}
    variant = {
        "label": "FP",
        "kind": "fp",
        "error": None,
        "simulated": False,
        "values": {"psnr_fp": float("inf")},
        "reasons": {},
    }
    record = {"image": "a", "lr_sha256": "0", "hr_sha256": "", "settings": {"seed": 1}}
    record["variants"] = {"fp": variant}
    path = folder / "journal.jsonl"

    def read(numbers: random.Random) -> None:
        path.unlink(missing_ok=True)
        journal = Journal(path, header)
        for name in ("a", "b\u2028", "caf\udce9"):
            journal.add(record | {"image": name})
        lines = path.read_bytes().splitlines(keepends=True)
        if numbers.random() < 0.5:
            lines[2] = json.dumps(spoiled_json(json.loads(lines[2]), numbers)).encode() + b"\n"
            path.write_bytes(b"".join(lines))
        else:
            path.write_bytes(spoiled(b"".join(lines), numbers))
        records = tuple(Journal(path, header).records.values())
        if records:
            evaluation = Evaluation(folder, plan, columns_for(plan.metrics, False), header, records)
            summary = summarize(evaluation)
            terminal_text(evaluation, summary, 100)
            json_text(evaluation, summary)
            images_csv(evaluation)

    return read


def calibrations(folder: Path) -> Reader:
    """Files of calibration statistics."""
    import torch

    from qdit4sr_core.quantize.calibration.file import load_calibration
    from qdit4sr_core.quantize.tensor_file import TensorEntry, write_tensors

    path = folder / "c.statistics"
    tensor = torch.zeros(4)
    description = {"steps": 1, "tokens": {"a": 4}, "provenance": {"images": []}}
    entry = TensorEntry("a.maximum", tensor.dtype, (4,), lambda: tensor)
    write_tensors(path, [entry], {"calibration": json.dumps(description)})
    good = path.read_bytes()

    def read(numbers: random.Random) -> None:
        if numbers.random() < 0.5:
            path.write_bytes(spoiled(good, numbers))
        else:
            wrong = json.dumps(spoiled_json(description, numbers))
            path.write_bytes(resigned_safetensors(good, lambda _: {"calibration": wrong}))
        load_calibration(path)

    return read


def settings(folder: Path) -> Reader:
    """The window's settings file."""
    from PySide6.QtCore import QSettings

    from qdit4sr_gui.state.preferences import Preferences
    from qdit4sr_gui.window.settings import SettingsStore

    path = folder / "studio.ini"
    store = SettingsStore(QSettings(str(path), QSettings.Format.IniFormat))
    store.save_preferences(Preferences())
    store.remember_file(GOLDEN)
    store.flush()
    good = path.read_bytes()

    def read(numbers: random.Random) -> None:
        path.write_bytes(spoiled(good, numbers))
        again = SettingsStore(QSettings(str(path), QSettings.Format.IniFormat))
        again.preferences()
        again.recent_files()
        again.last_folder()
        again.layout()

    return read


def comparisons(folder: Path) -> Reader:
    """The `metrics.json` that `qdit4sr figure --results` reads."""
    from PIL import Image

    from qdit4sr_core.session import session_from_comparison

    Image.fromarray(pixels()).save(folder / "fp.png")
    row = {
        "variant": "fp",
        "label": "FP",
        "file": "fp.png",
        "error": None,
        "seconds": 1.0,
        "quantize_seconds": 0.0,
        "weight_bytes": 1,
        "simulated": False,
        "provenance": {},
        "against_full_precision": {"image": {"psnr": 1.0}},
    }
    document = {
        "program": {"name": "qdit4sr", "version": "0"},
        "photo": {"file": "p.png", "sha256": "0"},
        "model": {"name": "m", "sha256": "0"},
        "settings": {"steps": 1},
        "region": "1,2,3,4",
        "variants": [row],
    }
    path = folder / "metrics.json"

    def read(numbers: random.Random) -> None:
        good = json.dumps(document).encode()
        wrong = json.dumps(spoiled_json(document, numbers)).encode()
        path.write_bytes(wrong if numbers.random() < 0.6 else spoiled(good, numbers))
        session_from_comparison(path)

    return read


def drops(folder: Path) -> Reader:
    """Dropped addresses and pasted pictures."""
    from PySide6.QtCore import QMimeData, QUrl
    from PySide6.QtGui import QImage

    from qdit4sr_core.images import load_image
    from qdit4sr_gui.app import create_application
    from qdit4sr_gui.controllers.photos import pixels_of
    from qdit4sr_gui.state.model_choice import sort_offered
    from qdit4sr_gui.state.workspace import images_in
    from qdit4sr_gui.widgets.file_drops import local_files

    application = create_application()  # pictures are painted by it
    unusable = (QImage.Format.Format_Invalid, QImage.Format.NImageFormats)
    kinds = [kind for kind in QImage.Format if kind not in unusable]

    def read(numbers: random.Random, _application: object = application) -> None:
        if numbers.random() < 0.5:
            image = QImage(numbers.randrange(1, 40), numbers.randrange(1, 40), numbers.choice(kinds))
            image.fill(numbers.randrange(1 << 24))
            image.setDevicePixelRatio(numbers.choice([1, 1.25, 2]))
            assert pixels_of(image).shape == (image.height(), image.width(), 3)
            return
        data = QMimeData()
        name = numbers.choice([b"/", b"/%E9", b"/proc/self/mem", b"/" + b"n" * 300, b"/dev/full", b"/%00"])
        data.setUrls([QUrl.fromEncoded(b"file://" + numbers.choice([b"", b"host"]) + name)])
        for path in sort_offered(local_files(data)).photos:
            for photo in images_in([path]):
                load_image(photo)

    return read


KINDS: dict[str, Callable[[Path], Reader]] = {
    "images": images,
    "checkpoints": checkpoints,
    "small models": nanos,
    "artifacts": artifacts,
    "sessions": sessions,
    "journals": journals,
    "calibration files": calibrations,
    "settings": settings,
    "comparison folders": comparisons,
    "drops and pastes": drops,
}
