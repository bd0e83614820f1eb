"""A file whose checksums are right and whose content is not is refused with a sentence."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qdit4sr_core.errors import ArtifactError
from qdit4sr_core.models import SuperResolutionModel
from qdit4sr_core.quantize import quantize
from qdit4sr_core.quantize.artifact.format import read_header, save_artifact
from qdit4sr_core.quantize.methods.q_dit4sr import QDiT4SR

NAME = "transformer_blocks.0.attn.to_q"


def _rewritten(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the description and give it the checksum that belongs to it."""
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    description = json.loads(header["__metadata__"]["quantization_config"])
    change(description)
    text = json.dumps(description, sort_keys=True)
    header["__metadata__"] |= {
        "quantization_config": text,
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
    }
    encoded = json.dumps(header).encode()
    encoded += b" " * (-len(encoded) % 8)
    path.write_bytes(len(encoded).to_bytes(8, "little") + encoded + data[8 + length :])


def _layer(**values: object) -> Callable[[dict[str, Any]], None]:
    return lambda description: description["layers"][NAME].update(values)


def _activation(**values: object) -> Callable[[dict[str, Any]], None]:
    return lambda description: description["layers"][NAME]["activation"].update(values)


@pytest.fixture(scope="module")
def saved(tiny_model: SuperResolutionModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("content") / "q.safetensors"
    save_artifact(quantize(tiny_model.transformer, QDiT4SR(vatmp=False)), path)
    return path


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (_layer(weight_bits=99), "weights of 99 bits"),
        (_layer(weight_bits=2), "qweight of shape"),
        (_layer(rotation="spiral"), "unknown rotation 'spiral'"),
        (_layer(rotation_block=5), "blocks of 5"),
        (_layer(in_features=16), "maps 16 to 32"),
        (_layer(weight_offset=0.25), "unknown offset"),
        (_activation(kind="magic"), "unknown kind 'magic'"),
        (_activation(bits=99), "inputs of 99 bits"),
        (_activation(schedule=[4, 0]), "inputs of 0 bits"),
        (_activation(grid="round"), "unknown grid"),
        (_activation(low=1e300), "impossible range"),
        (lambda d: d["layers"].update({"transformer_blocks.9.x": d["layers"][NAME]}), "has not"),
    ],
)
def test_impossible_content_is_refused(
    change: Callable[[dict[str, Any]], None], sentence: str, saved: Path, tmp_path: Path
) -> None:
    path = tmp_path / "q.safetensors"
    path.write_bytes(saved.read_bytes())
    read_header(path)
    _rewritten(path, change)
    with pytest.raises(ArtifactError, match=sentence):
        read_header(path)
