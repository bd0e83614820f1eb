"""Tiny model folders with the names, files and quirks of the published ones."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

GOLDEN = Path(__file__).parent / "golden" / "dit4sr_tiny"
SINGLE = "diffusion_pytorch_model.safetensors"
INDEX = "diffusion_pytorch_model.safetensors.index.json"


def tiny_weights() -> dict[str, Tensor]:
    """The 235 tensors of the golden transformer (4 blocks, 2 of them dual, width 32)."""
    return load_file(GOLDEN / "transformer" / SINGLE)


def write_config(folder: Path, **changes: object) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    config = json.loads((GOLDEN / "transformer" / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | changes))


def write_single(folder: Path, weights: dict[str, Tensor], name: str = SINGLE) -> Path:
    """`folder` with config.json and one weight file; returns the folder."""
    write_config(folder)
    save_file({k: v.contiguous() for k, v in weights.items()}, folder / name)
    return folder


def write_sharded(folder: Path, weights: dict[str, Tensor], shards: int = 3, variant: str = "") -> Path:
    """`folder` with shards and their index, in diffusers' naming (`.fp16` goes before the part number)."""
    write_config(folder)
    names = sorted(weights)
    dot = f".{variant}" if variant else ""
    weight_map = {}
    for part in range(shards):
        file = f"diffusion_pytorch_model{dot}-{part + 1:05d}-of-{shards:05d}.safetensors"
        chosen = names[part::shards]
        save_file({k: weights[k].contiguous() for k in chosen}, folder / file)
        weight_map |= dict.fromkeys(chosen, file)
    index = f"diffusion_pytorch_model.safetensors.index{dot}.json"
    (folder / index).write_text(json.dumps({"metadata": {}, "weight_map": weight_map}))
    return folder


def base_only(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """What SD3.5 itself has: no control layers and no text projections in attn2."""
    dead = ("attn2.add_", "attn2.to_add_out", "attn2.norm_added_")
    return {k: v for k, v in weights.items() if "control" not in k and not any(d in k for d in dead)}


def legacy_weights(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """The same weights with every to_k_control zero, as a legacy training leaves them."""
    return {k: torch.zeros_like(v) if "to_k_control" in k else v for k, v in weights.items()}


def write_vae(folder: Path, latent_channels: int = 4, seed: int = 0) -> Path:
    """A tiny `AutoencoderKL` folder: four levels like SD3's, no quant convolutions, shift and scale set."""
    from qdit4sr_core.metrics.torchvision_operators import import_torchvision

    import_torchvision()
    from diffusers import AutoencoderKL

    torch.manual_seed(seed)
    vae = AutoencoderKL(
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        block_out_channels=(8, 8, 16, 16),
        norm_num_groups=4,
        latent_channels=latent_channels,
        layers_per_block=1,
        scaling_factor=1.5305,
        shift_factor=0.0609,
        use_quant_conv=False,
        use_post_quant_conv=False,
    )
    vae.save_pretrained(folder)
    return folder


def write_text_encoders(folder: Path, t5: bool = True) -> Path:
    """Two tiny CLIPs (6 + 8 wide, 8 + 12 pooled) and a T5 (24 wide): the golden transformer's text."""
    from qdit4sr_core.metrics.torchvision_operators import import_torchvision

    import_torchvision()
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import (
        CLIPTextConfig,
        CLIPTextModelWithProjection,
        PreTrainedTokenizerFast,
        T5Config,
        T5EncoderModel,
    )

    words = ["<pad>", "<eos>", "<unk>", "a", "cat", "noisy", "dotted", "sharpness", "photo", ",", "."]
    tokenizer = Tokenizer(models.WordLevel({word: i for i, word in enumerate(words)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", eos_token="<eos>", unk_token="<unk>"
    )
    torch.manual_seed(0)
    for name, width, pooled in (("text_encoder", 6, 8), ("text_encoder_2", 8, 12)):
        config = CLIPTextConfig(
            vocab_size=len(words), hidden_size=width, intermediate_size=16, num_hidden_layers=3,
            num_attention_heads=2, projection_dim=pooled, bos_token_id=1, eos_token_id=1, pad_token_id=0,
        )  # fmt: skip
        CLIPTextModelWithProjection(config).save_pretrained(folder / name)
        fast.save_pretrained(folder / name.replace("text_encoder", "tokenizer"))
    if t5:
        wide = T5Config(vocab_size=len(words), d_model=24, d_kv=8, d_ff=32, num_layers=2, num_heads=2)
        T5EncoderModel(wide).save_pretrained(folder / "text_encoder_3")
        fast.save_pretrained(folder / "tokenizer_3")
    return folder


def write_published(root: Path, weights: dict[str, Tensor] | None = None, *, text: bool = True) -> Path:
    """A whole tiny model: `root/dit4sr_r1/transformer` beside `root/stable-diffusion-3.5-medium`.

    Returns `root/dit4sr_r1`. The transformer is the golden one, the VAE's latents have its 4 channels.
    """
    base = root / "stable-diffusion-3.5-medium"
    write_single(root / "dit4sr_r1" / "transformer", weights or tiny_weights())
    write_vae(base / "vae")
    if text:
        write_text_encoders(base)
    return root / "dit4sr_r1"


def write_null_embeddings(folder: Path) -> None:
    """NULL files as published, but 24 and 20 wide."""
    generator = torch.Generator().manual_seed(0)
    torch.save(torch.randn(154, 24, generator=generator).half(), folder / "NULL_prompt_embeds.pt")
    torch.save(torch.randn(20, generator=generator).half(), folder / "NULL_pooled_prompt_embeds.pt")
