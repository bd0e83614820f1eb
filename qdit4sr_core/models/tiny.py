"""A random model of the bundled one's structure, for tests and for benchmarks that need no good pictures."""

from __future__ import annotations

import torch

from .config import DiT4SRConfig
from .dit4sr import DiT4SR
from .nano_codec import NanoCodec, NanoCodecConfig
from .super_resolution_model import SuperResolutionModel


def tiny_model(seed: int = 0) -> SuperResolutionModel:
    """Two blocks of width 32 with random weights: deterministic, fast, not good."""
    config = DiT4SRConfig(
        sample_size=16,
        in_channels=4,
        out_channels=4,
        num_layers=2,
        num_attention_heads=2,
        attention_head_dim=16,
        joint_attention_dim=None,
        pooled_projection_dim=None,
        dual_attention_layers=(0,),
        pos_embed_max_size=16,
        lr_channels=8,
        attn2_has_context=False,
        key_control_mode="fixed",
        null_condition=True,
    )
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        transformer = DiT4SR(config).eval().requires_grad_(False)
        codec = NanoCodec(
            NanoCodecConfig(4, 4, width=8, feature_width=8, feature_blocks=1, decoder_blocks=1, tail_width=4)
        )
        for parameter in codec.parameters():  # the residual blocks start at zero: give them something to do
            if parameter.dim() > 1:
                torch.nn.init.normal_(parameter, std=0.15)
    return SuperResolutionModel(
        name="tiny",
        transformer=transformer,
        codec=codec.eval().requires_grad_(False),
        sampling_defaults={"steps": 3, "tile": 16, "overlap": 4, "shift": 1.0},
        source_hash="tiny",
    )
