"""A model of one block and two heads: for tests that need a certain width."""

import torch

from qdit4sr_core.models import DiT4SR, DiT4SRConfig


def one_block(head_dim: int) -> DiT4SR:
    """A model of width 2 * `head_dim`, always with the same weights."""
    config = DiT4SRConfig(
        sample_size=16, in_channels=4, out_channels=4, num_layers=1, num_attention_heads=2,
        attention_head_dim=head_dim, joint_attention_dim=None, pooled_projection_dim=None,
        dual_attention_layers=(), pos_embed_max_size=16, lr_channels=8, attn2_has_context=False,
        key_control_mode="fixed",
    )  # fmt: skip
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return DiT4SR(config).eval().requires_grad_(False)
