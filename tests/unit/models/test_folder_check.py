import dataclasses

import pytest
import torch

pytest.importorskip("diffusers")

from qdit4sr_core.cli.commands.model import add_arguments, run
from qdit4sr_core.models.config import DiT4SRConfig
from qdit4sr_core.models.folder_check import FolderCheck, check_folder
from qdit4sr_core.models.memory import (
    estimate_memory,
    parameter_count,
    quantized_bytes,
)
from qdit4sr_core.models.published import BASE_VARIABLE
from qdit4sr_core.process_memory import bytes_text
from tests.published_folders import (
    SINGLE,
    base_only,
    legacy_weights,
    tiny_weights,
    write_null_embeddings,
    write_published,
    write_single,
    write_vae,
)


@pytest.fixture(autouse=True)
def no_base_variable(monkeypatch):
    monkeypatch.delenv(BASE_VARIABLE, raising=False)


def status(check: FolderCheck, subject: str) -> list[str]:
    return [finding.status for finding in check.findings if finding.subject == subject]


def detail(check: FolderCheck, subject: str) -> str:
    return " | ".join(finding.detail() for finding in check.findings if finding.subject == subject)


def test_a_complete_folder(tmp_path):
    check = check_folder(write_published(tmp_path), deep=True)
    assert check.usable
    assert "235 tensors (235 F32)" in detail(check, "transformer")
    assert "4 blocks (2 with a second attention), width 32" in detail(check, "architecture")
    assert "dit4sr_r1" in detail(check, "key mode")
    assert "scale 1.5305, shift 0.0609" in detail(check, "VAE")
    assert "CLIP-L, CLIP-G and T5" in detail(check, "text input")
    assert status(check, "values") == ["ok"]
    lines = check.text(100).splitlines()
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 100 + len(str(check.folder))
    assert lines[-1] == "This model can be run."


def test_every_problem_is_listed_at_once(tmp_path):
    folder = write_published(tmp_path, text=False)
    weights = legacy_weights(tiny_weights())
    del weights["proj_out.bias"]
    weights["proj_out.weight"] *= float("nan")
    write_single(folder / "transformer", weights)
    (tmp_path / "stable-diffusion-3.5-medium" / "vae" / SINGLE).rename(tmp_path / "x.bin")
    check = check_folder(folder, key_mode="fixed", deep=True)
    assert not check.usable
    assert "1 missing (proj_out.bias)" in detail(check, "transformer")
    assert "NaN" in detail(check, "values")
    assert "weights look like 'legacy'" in detail(check, "key mode")
    assert "no .safetensors weights" in detail(check, "VAE")
    assert status(check, "text input") == ["note"]
    assert check.text().endswith("This model cannot be run yet.")


def test_base_weights_and_a_missing_base_folder(tmp_path):
    folder = tmp_path / "models" / "m"
    write_single(folder / "transformer", base_only(tiny_weights()))
    write_null_embeddings(folder)
    check = check_folder(folder)
    assert "base SD3.5 weights without the 76 tensors" in detail(check, "transformer")
    assert status(check, "VAE") == ["missing"]
    assert "NULL embeddings" in detail(check, "text input")


def test_another_latent_width(tmp_path):
    folder = write_published(tmp_path, text=False)
    write_vae(tmp_path / "stable-diffusion-3.5-medium" / "vae", latent_channels=8)
    assert "latents of 8 channels" in detail(check_folder(folder), "VAE")


def test_no_model_at_all(tmp_path):
    check = check_folder(tmp_path)
    assert not check.usable
    assert "is not a DiT4SR model" in check.text(300)


def test_the_command(tmp_path, capsys):
    import argparse
    import json

    parser = argparse.ArgumentParser()
    add_arguments(parser)
    folder = write_published(tmp_path, text=False)
    assert run(parser.parse_args(["check", str(folder)])) == 0
    assert "This model can be run." in capsys.readouterr().out
    assert run(parser.parse_args(["check", str(tmp_path / "nowhere"), "--json"])) == 2
    values = json.loads(capsys.readouterr().out)
    assert values["usable"] is False
    assert values["findings"][0]["status"] == "missing"
    assert values["findings"][0]["remarks"][0]["code"] == "problem"


def test_memory_of_the_published_model():
    config = DiT4SRConfig()
    assert parameter_count(config) == 2_716_814_144
    memory = estimate_memory(config, torch.float16)
    assert bytes_text(memory.transformer) == "5.43 GB"
    assert bytes_text(memory.positions) == "453 MB"
    assert memory.peak == memory.transformer + memory.positions + memory.codec + memory.activations
    wide = estimate_memory(config, torch.float16, text_encoder=10**10)
    assert wide.peak - memory.peak == 10**10 - memory.activations


def test_memory_of_an_artifact_is_a_third_of_half_precision():
    config = dataclasses.replace(DiT4SRConfig(), pos_embed_max_size=96)
    half = estimate_memory(config, torch.float16)
    for dtype in (torch.float16, torch.float32):
        quantized = quantized_bytes(config, dtype)
        memory = estimate_memory(config, dtype, quantized=quantized)
        assert memory.transformer + memory.positions + memory.unpacked < 1.8e9
        assert memory.transformer + memory.unpacked < half.transformer / 3
    assert quantized_bytes(config, torch.float16, rank=0).layers == pytest.approx(1.355e9, rel=0.01)
    assert quantized.largest == 4 * 13824 * 1536


def test_the_check_tells_what_an_artifact_needs(tmp_path):
    check = check_folder(write_published(tmp_path, text=False))
    assert "at 4 bits with branches" in detail(check, "artifact")
