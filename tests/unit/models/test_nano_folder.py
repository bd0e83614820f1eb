"""A nano's weights that are not those its description asks for."""

from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from qdit4sr_core.errors import CheckpointError
from qdit4sr_core.models import load_model

FIRST = "transformer.proj_out.bias"
LAST = "codec.decoder.body.0.first.bias"


def lose(tensors: dict[str, torch.Tensor]) -> None:
    del tensors[FIRST], tensors[LAST]


def gain(tensors: dict[str, torch.Tensor]) -> None:
    tensors["codec.abacus"] = torch.zeros(2)
    tensors["codec.abbey"] = torch.zeros(2)


def narrow(tensors: dict[str, torch.Tensor]) -> None:
    tensors[LAST] = tensors[LAST][:5].clone()


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lose, f"2 missing ({LAST}, {FIRST})."),
        (gain, "2 unexpected (codec.abacus, codec.abbey)."),
        (narrow, f"1 of another shape ({LAST} is 5 instead of 64)."),
    ],
)
def test_each_is_refused_in_one_sentence(
    spoil: Callable[[dict[str, torch.Tensor]], None], sentence: str, tmp_path: Path
) -> None:
    bundled = Path(str(files("qdit4sr_resources") / "models" / "nano"))
    (tmp_path / "nano.json").write_bytes((bundled / "nano.json").read_bytes())
    tensors = load_file(bundled / "nano.safetensors")
    spoil(tensors)
    save_file(tensors, tmp_path / "nano.safetensors")
    with pytest.raises(CheckpointError) as refusal:
        load_model(tmp_path)
    assert str(refusal.value).endswith(f"The tensors in nano.safetensors do not fit the model: {sentence}")
    assert "\n" not in str(refusal.value)
