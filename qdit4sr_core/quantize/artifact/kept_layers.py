"""Finished layers of methods that learn, kept on disk by content: nothing is learned twice.

Whatever a layer's result depends on makes the name of its file: weights, statistics, settings, the version,
the code of the method and of what methods are made of. So an interrupted run goes on at the first layer that
was not finished, a finished one is read, and a method under work gets no result of yesterday. A file that is
damaged is made anew, one that cannot be written is not kept, and the oldest go when there is too much.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import hashlib
import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from torch import Tensor

from ...errors import ArtifactError, OutputError
from ...file_ages import oldest_first
from ...presence import file_is_there
from ...strict_json import read_json
from ...version import __version__
from ...whole_file import write_text
from ..layer.linear import QuantizedLinear
from ..methods.base import Layer, LayerSettings, MethodConfig
from ..methods.registry import method_of
from ..tensor_file import checksum
from .piece import read_piece, write_piece

MOST_BYTES = 256_000_000
"""Of all kept layers; those of the bundled model are a few megabytes a variant."""
_ENDING = ".layer.safetensors"
_WHOLE = ".model.json"
"""Names the layers of one quantized model, so that it is known without its weights whether all are there."""

_ROOMS = ("layer", "methods", "solvers")
"""Of `quantize`: whose files a rule of a method may use."""

_log = logging.getLogger(__name__)


class KeptLayers:
    """The layers in one folder, which is made when it is needed."""

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        self._folder = folder
        self._most = most_bytes
        self._used: set[str] = set()

    def __call__(
        self,
        config: MethodConfig,
        layer: Layer,
        settings: LayerSettings,
        make: Callable[[], QuantizedLinear],
    ) -> QuantizedLinear:
        """The finished layer that is kept, or what `make` makes, which is kept then."""
        key = layer_key(config, layer, settings)
        path = self._folder / f"{key[:32]}{_ENDING}"
        self._used.add(path.name)
        if file_is_there(path):
            try:
                kept = read_piece(path, key, layer.source.name)
            except ArtifactError as error:
                _log.info("layer made anew: %s", error)
            else:
                with contextlib.suppress(OSError):  # only the order in which files are forgotten
                    path.touch()
                return kept
        made = make()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_piece(path, key, layer.source.name, made)
            self._forget_oldest(path)
        except (OutputError, OSError) as error:
            _log.info("layer not kept: %s", error)
        return made

    def finish(self, config: MethodConfig, provenance: dict[str, Any]) -> None:
        """Note that a model is complete: that of `config` and a calibration of this provenance."""
        if not self._used:
            return
        try:
            write_text(self._folder / _whole_name(config, provenance), json.dumps(sorted(self._used)))
        except OutputError as error:
            _log.info("finished model not noted: %s", error)

    def holds(self, config: MethodConfig, provenance: dict[str, Any]) -> bool:
        """Whether every layer of the model that `finish` was told of is still here."""
        try:
            names = read_json((self._folder / _whole_name(config, provenance)).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        return isinstance(names, list) and all(file_is_there(self._folder / str(name)) for name in names)

    def _forget_oldest(self, made: Path) -> None:
        room = self._most - made.stat().st_size
        kept = (path for ending in (_ENDING, _WHOLE) for path in self._folder.glob(f"*{ending}"))
        for path in reversed(oldest_first(kept, made)):
            with contextlib.suppress(FileNotFoundError):  # another process has forgotten it
                room -= path.stat().st_size
                if room < 0:
                    path.unlink()


def _whole_name(config: MethodConfig, provenance: dict[str, Any]) -> str:
    made_from = [__version__, code_of(config), method_of(config).name, dataclasses.asdict(config), provenance]
    return f"{hashlib.sha256(json.dumps(made_from, sort_keys=True).encode()).hexdigest()[:32]}{_WHOLE}"


@functools.cache  # asked of every layer
def code_files(config: MethodConfig) -> tuple[Path, ...]:
    """What a method's result depends on: the file that defines it, and all of the rooms that methods use.

    Empty where the program is packed without files; then its version stands for them.
    """
    rooms = (Path(__file__).parents[1] / room for room in _ROOMS)
    shared = [path for room in rooms for path in sorted(room.glob("*.py"))]
    own = getattr(sys.modules.get(type(config).__module__), "__file__", None)
    return tuple(path for path in dict.fromkeys([*shared, Path(own or "")]) if path.is_file())


@functools.cache
def _checksum_of(files: tuple[Path, ...]) -> str:
    found = hashlib.sha256()
    for path in files:
        found.update(hashlib.sha256(path.read_bytes()).digest())
    return found.hexdigest()


def code_of(config: MethodConfig) -> str:
    """SHA-256 of the contents of `code_files`."""
    return _checksum_of(code_files(config))


def layer_key(config: MethodConfig, layer: Layer, settings: LayerSettings) -> str:
    """SHA-256 of everything that the quantized layer depends on, in hexadecimal."""
    statistics = layer.statistics
    seen = {} if statistics is None else vars(statistics)
    description = {
        "version": __version__,
        "code": code_of(config),
        "method": method_of(config).name,
        "config": dataclasses.asdict(config),
        "settings": dataclasses.asdict(settings),
        "layer": layer.source.name,
        "weight": checksum(layer.weight),
        "bias": None if layer.bias is None else checksum(layer.bias),
        "statistics": {n: checksum(v) if isinstance(v, Tensor) else v for n, v in seen.items()},
    }
    return hashlib.sha256(json.dumps(description, sort_keys=True).encode()).hexdigest()
