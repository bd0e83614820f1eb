"""A file that asks for absurd sizes is refused at once and without memory."""

import json
import shutil
import struct
import subprocess
import sys
import time
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from qdit4sr_core.errors import ArtifactError, CheckpointError
from qdit4sr_core.models.checkpoint import open_checkpoint
from qdit4sr_core.models.config import DiT4SRConfig
from qdit4sr_core.models.registry import load_nano
from qdit4sr_core.models.sd3_vae import read_vae_config
from qdit4sr_core.models.weight_files import open_file
from qdit4sr_core.quantize.artifact.format import read_header

GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "dit4sr_tiny"
HUGE = [10**9, -1, 0, 2.5, "many", True, [], {}, 10**30]


@pytest.mark.parametrize("field", ["num_layers", "num_attention_heads", "sample_size", "pos_embed_max_size"])
@pytest.mark.parametrize("value", HUGE)
def test_a_configuration_is_refused_in_a_sentence_that_names_the_field(field: str, value: Any) -> None:
    with pytest.raises(CheckpointError, match=field):
        DiT4SRConfig.from_dict({field: value})


def _changed(folder: Path, **changes: Any) -> Path:
    shutil.copytree(GOLDEN / "transformer", folder, dirs_exist_ok=True)
    path = folder / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    return folder


def test_more_layers_than_tensors_are_refused_before_they_are_made(tmp_path: Path) -> None:
    began = time.perf_counter()
    with pytest.raises(CheckpointError, match="only"):
        open_checkpoint(_changed(tmp_path / "m", num_layers=500, dual_attention_layers=[]))
    assert time.perf_counter() - began < 1


def test_a_folder_check_of_an_absurd_configuration_stays_small(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    folder = _changed(tmp_path / "m", num_layers=10**9)
    code = (
        "import sys, time, resource; from qdit4sr_core.cli import main; import qdit4sr_core.models\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; began = time.perf_counter()\n"
        "code = main(['model', 'check', sys.argv[1]])\n"
        "grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before\n"
        "print(code, int(grown < 200_000), time.perf_counter() - began < 5)\n"
    )
    assert resource is not None
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], capture_output=True, text=True, timeout=60
    )
    assert done.stdout.splitlines()[-1] == "2 1 True"
    assert "num_layers" in done.stdout


@pytest.mark.parametrize("part", ["transformer", "codec"])
@pytest.mark.parametrize("value", [10**9, -3])
def test_a_nano_that_asks_for_more_than_its_weights_is_refused(part: str, value: int, tmp_path: Path) -> None:
    source = Path(str(files("qdit4sr_resources") / "models" / "nano"))
    folder = tmp_path / "nano"
    folder.mkdir()
    (folder / "nano.safetensors").symlink_to(source / "nano.safetensors")
    description = json.loads((source / "nano.json").read_text())
    names = [name for name, old in description[part].items() if isinstance(old, int)]
    for name in names:
        if isinstance(description[part][name], bool) or description[part][name] == value:
            continue
        changed = description | {part: description[part] | {name: value}}
        (folder / "nano.json").write_text(json.dumps(changed))
        began = time.perf_counter()
        with pytest.raises(CheckpointError):
            load_nano(folder)
        assert time.perf_counter() - began < 5, name


@pytest.mark.parametrize(
    "changes", [{"block_out_channels": [10**9]}, {"layers_per_block": 10**9}, {"block_out_channels": "x"}]
)
def test_a_vae_of_absurd_sizes_is_refused(changes: dict[str, Any], tmp_path: Path) -> None:
    config = {"_class_name": "AutoencoderKL", "latent_channels": 4} | changes
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(CheckpointError, match=r"config\.json"):
        read_vae_config(tmp_path)


@pytest.mark.parametrize("length", [2**63, 2**40, (1 << 26) - 8])
def test_an_absurd_header_length_is_refused(length: int, tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    with path.open("wb") as file:
        file.write(struct.pack("<Q", length) + b"{}" * 50)
        file.truncate(1 << 26)  # a file with a hole: no bytes on the disk
    with pytest.raises(CheckpointError, match=r"header|damaged"):
        open_file(path)
    with pytest.raises(ArtifactError, match=r"header|truncated"):
        read_header(path)


@pytest.mark.parametrize("text", ["[]", "{}", '{"transformer": [], "codec": {}}', '{"transformer": {}}', "7"])
def test_a_description_without_its_parts_is_told_in_words(tmp_path: Path, text: str) -> None:
    (tmp_path / "nano.safetensors").touch()
    (tmp_path / "nano.json").write_text(text, encoding="utf-8")
    with pytest.raises(
        CheckpointError, match=r'nano\.json does not say under "(transformer|codec)" how it is made'
    ):
        load_nano(tmp_path)
