from pathlib import Path

import pytest
import torch

from qdit4sr_core.errors import CheckpointError
from qdit4sr_core.models.checkpoint import CheckpointWarning
from qdit4sr_core.models.config import DiT4SRConfig
from qdit4sr_core.models.prompts import NEGATIVE_PROMPT, full_prompt
from qdit4sr_core.models.text import (
    NULL_FILES,
    TextCondition,
    empty_condition,
    find_null_embeddings,
    load_condition,
    load_null_embeddings,
    save_condition,
)
from qdit4sr_core.models.text_encoders import find_text_encoders
from tests.published_folders import GOLDEN, write_text_encoders

CONFIG = DiT4SRConfig.from_file(GOLDEN / "transformer" / "config.json")  # 24 wide, 20 pooled


def write_null(folder: Path, text: object, pooled: object) -> None:
    torch.save(text, folder / NULL_FILES[0])
    torch.save(pooled, folder / NULL_FILES[1])


def test_null_embeddings(tmp_path):
    inner = tmp_path / "dit4sr_q" / "transformer"
    inner.mkdir(parents=True)
    assert find_null_embeddings(inner) is None
    write_null(tmp_path, torch.ones(154, 24).half(), torch.ones(20).half())
    assert find_null_embeddings(inner) == tmp_path
    condition = load_null_embeddings(tmp_path, CONFIG)
    assert condition.text.shape == (1, 154, 24)
    assert condition.pooled.shape == (1, 20)
    assert not condition.guidable


class Payload:
    def __reduce__(self):
        return (print, ("this must not run",))


def test_null_files_cannot_run_code(tmp_path, capsys):
    write_null(tmp_path, Payload(), torch.ones(20))
    with pytest.raises(CheckpointError, match=r"NULL_prompt_embeds\.pt is not a plain tensor file"):
        load_null_embeddings(tmp_path, CONFIG)
    assert "must not run" not in capsys.readouterr().out
    write_null(tmp_path, [1, 2], torch.ones(20))
    with pytest.raises(CheckpointError, match="holds a list"):
        load_null_embeddings(tmp_path, CONFIG)


def test_embeddings_of_another_model(tmp_path):
    write_null(tmp_path, torch.ones(154, 23), torch.ones(20))
    with pytest.raises(CheckpointError, match=r"shape \(1, 154, 23\), but the model needs width 24"):
        load_null_embeddings(tmp_path, CONFIG)
    write_null(tmp_path, torch.full((154, 24), float("nan")), torch.ones(20))
    with pytest.raises(CheckpointError, match="NaN"):
        load_null_embeddings(tmp_path, CONFIG)


def test_conditions_survive_a_file(tmp_path):
    condition = TextCondition(*(torch.randn(s) for s in ((1, 5, 24), (1, 20), (1, 5, 24), (1, 20))), "a cat")
    path = tmp_path / "deep" / "x.safetensors"
    save_condition(condition, path)
    loaded = load_condition(path, CONFIG)
    assert loaded.description == "a cat"
    assert torch.equal(loaded.negative_text, condition.negative_text.half().float())
    assert [p.name for p in path.parent.iterdir()] == ["x.safetensors"]


def test_no_text():
    condition = empty_condition(CONFIG)
    assert condition is not None
    assert not condition.text.any()
    assert empty_condition(DiT4SRConfig(joint_attention_dim=None, pooled_projection_dim=None)) is None


@pytest.fixture(scope="module")
def sd35(tmp_path_factory) -> Path:
    pytest.importorskip("transformers")
    return write_text_encoders(tmp_path_factory.mktemp("sd35"))


def test_encoders_give_the_published_layout(sd35):
    encoders = find_text_encoders(sd35, CONFIG)
    assert encoders is not None
    condition = encoders.encode("a cat")
    assert condition.text.shape == (1, 77 + 256, 24)
    assert condition.pooled.shape == (1, 8 + 12)
    assert not condition.text[0, :77, 6 + 8 :].any()  # CLIP tokens are padded with zeros to T5's width
    assert condition.text[0, 77:].any()
    assert condition.guidable
    assert condition.description == full_prompt("a cat").strip()


def test_encoders_agree_with_the_sd3_pipeline(sd35):
    from diffusers import StableDiffusion3Pipeline
    from transformers import AutoTokenizer, CLIPTextModelWithProjection, T5EncoderModel

    names = ("text_encoder", "text_encoder_2", "text_encoder_3")
    kinds = (CLIPTextModelWithProjection, CLIPTextModelWithProjection, T5EncoderModel)
    models = {n: k.from_pretrained(sd35 / n).eval() for n, k in zip(names, kinds, strict=True)}
    models["text_encoder_3"] = models["text_encoder_3"].bfloat16()
    tokenizers = {
        f"tokenizer{s}": AutoTokenizer.from_pretrained(sd35 / f"tokenizer{s}") for s in ("", "_2", "_3")
    }
    pipeline = StableDiffusion3Pipeline(None, None, None, **models, **tokenizers)
    pipeline.tokenizer_max_length = 77
    with torch.no_grad():
        text, negative, pooled, negative_pooled = pipeline.encode_prompt(
            full_prompt("a cat"),
            None,
            None,
            device="cpu",
            max_sequence_length=256,
            negative_prompt=NEGATIVE_PROMPT,
        )
    condition = find_text_encoders(sd35, CONFIG).encode("a cat")
    assert torch.allclose(condition.text, text.float(), atol=1e-2)
    assert torch.allclose(condition.negative_text, negative.float(), atol=1e-2)
    assert torch.allclose(condition.pooled, pooled, atol=1e-5)
    assert torch.allclose(condition.negative_pooled, negative_pooled, atol=1e-5)


def test_captions_are_encoded_once(sd35, tmp_path, monkeypatch):
    encoders = find_text_encoders(sd35, CONFIG)
    first = encoders.encode("a cat", cache=tmp_path)
    monkeypatch.setattr(type(encoders), "_embed", lambda *_: pytest.fail("encoded again"))
    again = encoders.encode("a cat", cache=tmp_path)
    assert torch.equal(first.text, again.text)
    (tmp_path / "file").touch()
    monkeypatch.undo()
    with pytest.warns(CheckpointWarning, match="could not be written"):
        encoders.encode("a photo", cache=tmp_path / "file" / "below")


def test_without_t5_its_tokens_are_zero(tmp_path):
    pytest.importorskip("transformers")
    encoders = find_text_encoders(write_text_encoders(tmp_path, t5=False), CONFIG)
    assert not encoders.encode("a cat").text[0, 77:].any()


def test_damaged_encoders(tmp_path):
    pytest.importorskip("transformers")
    encoders = find_text_encoders(write_text_encoders(tmp_path), CONFIG)
    weights = tmp_path / "text_encoder_2" / "model.safetensors"
    weights.rename(weights.with_name("pytorch_model.bin"))
    with pytest.raises(CheckpointError, match="pickle"):
        encoders.encode("a cat")
    assert find_text_encoders(tmp_path / "nowhere", CONFIG) is None
