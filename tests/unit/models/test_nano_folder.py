"""A nano's weights that are not those its description asks for."""

import json
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from qdit4sr_core.errors import CheckpointError
from qdit4sr_core.models import load_model
from qdit4sr_core.upscale import SamplingSettings

FIRST = "transformer.proj_out.bias"
LAST = "codec.decoder.body.0.first.bias"


def lose(tensors: dict[str, torch.Tensor]) -> None:
    del tensors[FIRST], tensors[LAST]


def gain(tensors: dict[str, torch.Tensor]) -> None:
    tensors["codec.abacus"] = torch.zeros(2)
    tensors["codec.abbey"] = torch.zeros(2)


def narrow(tensors: dict[str, torch.Tensor]) -> None:
    tensors[LAST] = tensors[LAST][:5].clone()


def nano_with(folder: Path, spoil: Callable[[dict[str, torch.Tensor]], None]) -> Path:
    bundled = Path(str(files("qdit4sr_resources") / "models" / "nano"))
    (folder / "nano.json").write_bytes((bundled / "nano.json").read_bytes())
    tensors = load_file(bundled / "nano.safetensors")
    spoil(tensors)
    save_file(tensors, folder / "nano.safetensors")
    return folder


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
    with pytest.raises(CheckpointError) as refusal:
        load_model(nano_with(tmp_path, spoil))
    assert str(refusal.value).endswith(f"The tensors in nano.safetensors do not fit the model: {sentence}")
    assert "\n" not in str(refusal.value)


def no_number(tensors: dict[str, torch.Tensor]) -> None:
    tensors[LAST][3] = torch.nan


def whole_numbers(tensors: dict[str, torch.Tensor]) -> None:
    tensors[LAST] = tensors[LAST].to(torch.uint8)


@pytest.mark.parametrize("spoil", [no_number, whole_numbers])
def test_weights_that_are_no_finite_fractions_are_refused(
    spoil: Callable[[dict[str, torch.Tensor]], None], tmp_path: Path
) -> None:
    with pytest.raises(CheckpointError, match=f"{LAST} holds values that are no finite fractions"):
        load_model(nano_with(tmp_path, spoil))


@pytest.mark.parametrize("sampling", [[[1, 2]], "12", None])
def test_sampling_settings_that_are_none_are_refused(sampling: object, tmp_path: Path) -> None:
    path = nano_with(tmp_path, lambda tensors: None) / "nano.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"sampling": sampling}))
    with pytest.raises(CheckpointError, match='under "sampling"'):
        load_model(tmp_path)


def test_an_unfit_sampling_default_is_the_models_fault(tmp_path: Path) -> None:
    path = nano_with(tmp_path, lambda tensors: None) / "nano.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"sampling": {"steps": "12"}}))
    with pytest.raises(CheckpointError, match=r"'nano' has unfit sampling settings\. The steps must be"):
        SamplingSettings.for_model(load_model(tmp_path))
