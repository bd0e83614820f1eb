"""The user asks what the hierarchical branch is worth on a model's layers."""

import json
from pathlib import Path

import pytest

from qdit4sr_core.cli import main


def test_hsvd_is_reported_layer_by_layer(tiny_model_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["bench", "hsvd", "--model", str(tiny_model_folder)]
    assert main([*arguments, "--json"]) == 0
    layers = json.loads(capsys.readouterr().out)["layers"]
    assert len(layers) > 20
    assert main(arguments) == 0
    said = capsys.readouterr().out
    worse = [layer for layer in layers if layer["ratio"] > 1]
    assert f"worse on {len(worse)} of {len(layers)} layers" in said
    assert all(layer["reason"] for layer in worse)
    assert all(f"| {layer['name']} " in said for layer in layers)
