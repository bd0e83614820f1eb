import warnings
from pathlib import Path

import pytest
import torch

from qdit4sr_core.errors import CheckpointError
from qdit4sr_core.models.checkpoint import (
    CheckpointWarning,
    find_transformer_folder,
    load_transformer,
    open_checkpoint,
)
from tests.published_folders import (
    INDEX,
    SINGLE,
    base_only,
    legacy_weights,
    tiny_weights,
    write_config,
    write_sharded,
    write_single,
)


@pytest.fixture(scope="module")
def weights() -> dict[str, torch.Tensor]:
    return tiny_weights()


def equal(folder: Path, weights: dict[str, torch.Tensor]) -> bool:
    state = load_transformer(folder).state_dict()
    return state.keys() == weights.keys() and all(torch.equal(state[k], weights[k].float()) for k in weights)


def test_single_file(tmp_path, weights):
    assert equal(write_single(tmp_path / "transformer", weights), weights)
    assert equal(tmp_path, weights)


def test_sharded_with_index(tmp_path, weights):
    write_sharded(tmp_path, weights)
    assert equal(tmp_path, weights)
    assert open_checkpoint(tmp_path).layout.description == "3 shards with index"


def test_shards_that_lost_their_index(tmp_path, weights):
    write_sharded(tmp_path, weights)
    (tmp_path / INDEX).unlink()
    assert equal(tmp_path, weights)


def test_fp16_variants(tmp_path, weights):
    half = {k: v.half() for k, v in weights.items()}
    write_single(tmp_path / "one", half, "diffusion_pytorch_model.fp16.safetensors")
    write_sharded(tmp_path / "many", half, variant="fp16")
    assert equal(tmp_path / "one", half)
    assert equal(tmp_path / "many", half)
    assert open_checkpoint(tmp_path / "one").layout.description == "fp16 variant, single file"
    assert open_checkpoint(tmp_path / "many").layout.description == "fp16 variant, 3 shards with index"


def test_full_precision_is_preferred_to_its_variant(tmp_path, weights):
    half = {k: v.half() for k, v in weights.items()}
    write_single(tmp_path, half, "diffusion_pytorch_model.fp16.safetensors")
    write_single(tmp_path, weights)
    assert equal(tmp_path, weights)


def test_mixed_dtypes_become_one(tmp_path, weights):
    mixed = {k: v if "control" in k else v.half() for k, v in weights.items()}
    write_single(tmp_path, mixed)
    model = load_transformer(tmp_path, dtype=torch.bfloat16)
    assert {t.dtype for t in model.state_dict().values()} == {torch.bfloat16}
    assert equal(tmp_path, mixed)


def test_eight_bit_floats(tmp_path, weights):
    narrow = {k: v.to(torch.float8_e4m3fn) if "ff." in k else v for k, v in weights.items()}
    assert equal(write_single(tmp_path, narrow), narrow)
    broken = torch.full_like(weights["transformer_blocks.0.ff.net.2.bias"], float("nan"))
    narrow["transformer_blocks.0.ff.net.2.bias"] = broken.to(torch.float8_e4m3fn)
    with pytest.raises(CheckpointError, match="NaN"):
        load_transformer(write_single(tmp_path, narrow))


def test_newest_training_checkpoint(tmp_path, weights):
    write_single(tmp_path / "checkpoint-9" / "transformer", {k: v + 1 for k, v in weights.items()})
    write_single(tmp_path / "checkpoint-10" / "transformer", weights)
    assert equal(tmp_path, weights)
    assert find_transformer_folder(tmp_path / "checkpoint-9") == tmp_path / "checkpoint-9" / "transformer"


@pytest.mark.parametrize("prefix", ["module.", "transformer.", "module.transformer."])
def test_prefixes(tmp_path, weights, prefix):
    write_single(tmp_path, {prefix + k: v for k, v in weights.items()})
    assert equal(tmp_path, weights)


def test_extra_config_keys(tmp_path, weights):
    write_single(tmp_path, weights)
    write_config(tmp_path, _name_or_path="x", control_layers=[1, 2], foo=None)
    assert equal(tmp_path, weights)


def test_a_checkpoint_without_the_dead_text_layers(tmp_path, weights):
    kept = {k: v for k, v in weights.items() if "attn2.add_" not in k and "attn2.norm_added" not in k}
    kept = {k: v for k, v in kept.items() if "attn2.to_add_out" not in k}
    assert equal(write_single(tmp_path, kept), kept)


def test_base_weights_only(tmp_path, weights):
    write_single(tmp_path, base_only(weights))
    with pytest.raises(CheckpointError, match=r"base SD3\.5 weights without the 76 tensors"):
        load_transformer(tmp_path)
    model = load_transformer(tmp_path, init_from_base=True)
    attention = model.transformer_blocks[0].attn
    assert not attention.to_q_control.weight.any()
    assert torch.equal(attention.to_out_control.weight, weights["transformer_blocks.0.attn.to_out.0.weight"])
    assert not any(t.is_meta for t in model.state_dict().values())


def test_base_weights_with_one_control_layer_are_not_base(tmp_path, weights):
    name = "transformer_blocks.0.attn.to_q_control.weight"
    write_single(tmp_path, base_only(weights) | {name: weights[name]})
    with pytest.raises(CheckpointError, match="missing"):
        load_transformer(tmp_path, init_from_base=True)


def test_key_mode_hint_flag_and_disagreement(tmp_path, weights):
    write_single(tmp_path / "fixed", weights)
    write_single(tmp_path / "legacy", legacy_weights(weights))
    with warnings.catch_warnings():
        warnings.simplefilter("error", CheckpointWarning)
        assert load_transformer(tmp_path / "fixed").config.key_control_mode == "fixed"
        assert load_transformer(tmp_path / "legacy").config.key_control_mode == "legacy"
        assert load_transformer(tmp_path / "legacy", "legacy").config.key_control_mode == "legacy"
    with pytest.warns(CheckpointWarning, match="weights look like 'legacy'"):
        assert load_transformer(tmp_path / "legacy", "fixed").config.key_control_mode == "fixed"
    write_config(tmp_path / "fixed", key_control_mode="legacy")
    with pytest.warns(CheckpointWarning, match="weights look like 'fixed'"):
        assert load_transformer(tmp_path / "fixed").config.key_control_mode == "legacy"


def test_reading_is_lazy(tmp_path, weights):
    name = "transformer_blocks.3.ff.net.2.weight"
    write_single(tmp_path, weights | {name: weights[name] * float("nan")})
    checkpoint = open_checkpoint(tmp_path)  # headers alone: the NaN is not met yet
    assert checkpoint.weights.tensors[name].shape == (32, 128)
    with pytest.raises(CheckpointError, match=r"NaN or infinite values in transformer_blocks\.3\.ff\.net\.2"):
        load_transformer(tmp_path)


def test_overflow_of_half_precision_is_named(tmp_path, weights):
    write_single(tmp_path, weights | {"proj_out.bias": torch.full_like(weights["proj_out.bias"], 1e6)})
    with pytest.raises(CheckpointError, match=r"proj_out\.bias has values too large for torch\.float16"):
        load_transformer(tmp_path, dtype=torch.float16)


def test_truncated_shard(tmp_path, weights):
    write_sharded(tmp_path, weights)
    shard = tmp_path / "diffusion_pytorch_model-00002-of-00003.safetensors"
    shard.write_bytes(shard.read_bytes()[:-100])
    with pytest.raises(CheckpointError, match=r"00002-of-00003.*truncated or damaged"):
        load_transformer(tmp_path)


def test_lfs_pointer(tmp_path):
    write_config(tmp_path)
    (tmp_path / SINGLE).write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
    with pytest.raises(CheckpointError, match="git lfs pull"):
        load_transformer(tmp_path)


def test_index_naming_an_absent_file(tmp_path, weights):
    write_sharded(tmp_path, weights)
    (tmp_path / "diffusion_pytorch_model-00003-of-00003.safetensors").unlink()
    with pytest.raises(CheckpointError, match=r"names shards that are not in the folder.*00003-of-00003"):
        load_transformer(tmp_path)
    (tmp_path / INDEX).unlink()
    with pytest.raises(CheckpointError, match="2 of 3 shards"):
        load_transformer(tmp_path)


def test_index_that_is_no_index(tmp_path):
    write_config(tmp_path)
    (tmp_path / INDEX).write_text("[1]")
    with pytest.raises(CheckpointError, match="not a usable shard index"):
        load_transformer(tmp_path)
    (tmp_path / INDEX).write_text('{"weight_map": {"a": "../../secret.safetensors"}}')
    with pytest.raises(CheckpointError, match="outside its folder"):
        load_transformer(tmp_path)


def test_names_and_shapes_are_checked(tmp_path, weights):
    broken = dict(weights)
    broken["proj_out.weight"] = torch.zeros(4, 4)
    broken["surprise.weight"] = torch.zeros(2)
    for name in [k for k in weights if k.startswith("transformer_blocks.2.attn.")][:5]:
        del broken[name]
    write_single(tmp_path, broken)
    with pytest.raises(CheckpointError) as caught:
        load_transformer(tmp_path)
    sentence = str(caught.value)
    assert "5 missing (transformer_blocks.2.attn." in sentence
    assert "and 2 more)" in sentence
    assert "1 unexpected (surprise.weight)" in sentence
    assert "proj_out.weight is 4x4 instead of 16x32" in sentence


def test_pickle_only_is_refused(tmp_path):
    write_config(tmp_path)
    (tmp_path / "diffusion_pytorch_model.bin").write_bytes(b"\x80\x02never opened")
    with pytest.raises(CheckpointError, match=r"only pickle weights \(diffusion_pytorch_model\.bin\)"):
        load_transformer(tmp_path)


def test_duplicate_names_after_stripping(tmp_path, weights):
    write_single(tmp_path, weights | {"module.proj_out.bias": weights["proj_out.bias"].clone()})
    with pytest.raises(CheckpointError, match=r"proj_out\.bias"):
        load_transformer(tmp_path)


def test_folders_that_are_no_model(tmp_path, weights):
    with pytest.raises(CheckpointError, match="does not exist"):
        load_transformer(tmp_path / "nowhere")
    with pytest.raises(CheckpointError, match="not a DiT4SR model"):
        load_transformer(tmp_path)
    write_single(tmp_path / "dit4sr_q" / "transformer", weights)
    assert equal(tmp_path, weights)
    write_single(tmp_path / "dit4sr_f" / "transformer", weights)
    with pytest.raises(CheckpointError, match=r"several models \(dit4sr_f, dit4sr_q\)"):
        load_transformer(tmp_path)
    (tmp_path / "dit4sr_f" / "transformer" / "config.json").write_text("{")
    with pytest.raises(CheckpointError, match=r"config\.json could not be read"):
        load_transformer(tmp_path / "dit4sr_f")


def test_the_identity_follows_the_weights(tmp_path, weights):
    first = open_checkpoint(write_single(tmp_path / "a", weights)).sha256()
    again = open_checkpoint(write_single(tmp_path / "b", weights)).sha256()
    changed = open_checkpoint(write_single(tmp_path / "c", legacy_weights(weights))).sha256()
    assert first == again != changed
