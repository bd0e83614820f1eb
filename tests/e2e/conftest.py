"""Fixtures of the end-to-end tests: a small model in a folder, as the user would have one."""

import json
from pathlib import Path

import pytest

from qdit4sr_core.models import SuperResolutionModel


@pytest.fixture(scope="session")
def tiny_model_folder(tiny_model: SuperResolutionModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model as `qdit4sr train` would have written it."""
    from safetensors.torch import save_file

    folder = tmp_path_factory.mktemp("tiny-model")
    tensors = {}
    for prefix, module in (("transformer.", tiny_model.transformer), ("codec.", tiny_model.codec)):
        tensors |= {prefix + name: tensor.half().clone() for name, tensor in module.state_dict().items()}
    save_file(tensors, folder / "nano.safetensors")
    description = {
        "name": "tiny",
        "transformer": tiny_model.transformer.config.to_dict(),
        "codec": tiny_model.codec.config.to_dict(),
        "sampling": tiny_model.sampling_defaults,
    }
    (folder / "nano.json").write_text(json.dumps(description), encoding="utf-8")
    return folder
