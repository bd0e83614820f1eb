"""The DiT4SR transformer: a diffusion transformer with a noise stream, an LR stream and optional text.

One class serves the published 2.7B model and the bundled nano; `DiT4SRConfig` holds the differences.
Source: arXiv 2503.23580 (DiT4SR) and the published checkpoints' behaviour.
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn

from .config import DiT4SRConfig
from .layers import (
    AdaNorm,
    CrossStreamFeedForward,
    FeedForward,
    Grid,
    JointAttention,
    PatchEmbed,
    TimeTextEmbed,
    modulate,
)


class DiT4SRBlock(nn.Module):
    """One block on H = [noise; LR] (N, 2T, D) and text C (N, T', D) or None."""

    def __init__(self, config: DiT4SRConfig, index: int) -> None:
        super().__init__()
        width, heads = config.width, config.num_attention_heads
        last = index == config.num_layers - 1
        self.dual = index in config.dual_attention_layers
        self.context_pre_only = last
        self.norm1 = AdaNorm(width, 9 if self.dual else 6)
        if config.has_text:
            self.norm1_context = AdaNorm(width, 2 if last else 6)
        self.attn = JointAttention(
            width, heads, context=config.has_text, context_out=not last, key_mode=config.key_control_mode
        )
        if self.dual:
            dead = config.has_text and config.attn2_has_context
            self.attn2 = JointAttention(
                width, heads, context=dead, context_out=True, key_mode=config.key_control_mode
            )
        self.ff = CrossStreamFeedForward(width, config.control_conv_scale)
        if config.has_text and not last:
            self.ff_context = FeedForward(width)

    def forward(
        self, streams: Tensor, text: Tensor | None, temb: Tensor, grid: Grid
    ) -> tuple[Tensor, Tensor | None]:
        """Returns the updated H and C. The noise and LR tokens share norms, gates and FF weights."""
        parts = self.norm1.modulation(temb)
        shift, scale, gate, shift_mlp, scale_mlp, gate_mlp = parts[:6]
        noise, lr = modulate(streams, shift, scale).chunk(2, dim=1)
        context_parts: tuple[Tensor, ...] = ()
        normed_text = None
        if text is not None:
            context_parts = self.norm1_context.modulation(temb)
            if self.context_pre_only:
                context_scale, context_shift = context_parts
            else:
                context_shift, context_scale = context_parts[:2]
            normed_text = modulate(text, context_shift, context_scale)
        out_noise, out_lr, out_text = self.attn(noise, lr, normed_text)
        update = gate * torch.cat([out_noise, out_lr], dim=1)
        if self.dual:
            shift2, scale2, gate2 = parts[6:]
            noise2, lr2 = modulate(streams, shift2, scale2).chunk(2, dim=1)
            second_noise, second_lr, _ = self.attn2(noise2, lr2, None)
            update = update + gate2 * torch.cat([second_noise, second_lr], dim=1)
        streams = streams + update
        streams = streams + gate_mlp * self.ff.forward_streams(modulate(streams, shift_mlp, scale_mlp), grid)
        if text is None or self.context_pre_only:
            return streams, None
        _, _, context_gate, shift_ff, scale_ff, gate_ff = context_parts
        text = text + context_gate * out_text
        text = text + gate_ff * self.ff_context(modulate(text, shift_ff, scale_ff))
        return streams, text


class DiT4SR(nn.Module):
    """Velocity predictor v = noise - x0 of flow matching, conditioned on an LR latent."""

    def __init__(self, config: DiT4SRConfig) -> None:
        super().__init__()
        self.config = config
        width, patch = config.width, config.patch_size
        self.pos_embed = PatchEmbed(
            config.in_channels, width, patch, config.pos_embed_max_size, config.sample_size // patch
        )
        if config.lr_channels is not None:
            self.lr_embed = nn.Conv2d(config.lr_channels, width, patch, stride=patch)
        self.time_text_embed = TimeTextEmbed(width, config.pooled_projection_dim)
        if config.joint_attention_dim is not None:
            self.context_embedder = nn.Linear(config.joint_attention_dim, width)
        self.transformer_blocks = nn.ModuleList(DiT4SRBlock(config, i) for i in range(config.num_layers))
        self.norm_out = AdaNorm(width, 2)
        self.proj_out = nn.Linear(width, patch * patch * config.out_channels)

    @property
    def blocks(self) -> list[DiT4SRBlock]:
        """The transformer blocks, first to last."""
        return cast(list[DiT4SRBlock], list(self.transformer_blocks))

    @property
    def dtype(self) -> torch.dtype:
        """The dtype activations run in: that of the patch embedding."""
        return self.pos_embed.proj.weight.dtype

    @property
    def device(self) -> torch.device:
        """The device the weights are on."""
        return self.pos_embed.proj.weight.device

    def forward(
        self,
        noisy_latent: Tensor,
        lr_latent: Tensor,
        timestep: Tensor,
        text: Tensor | None = None,
        pooled: Tensor | None = None,
    ) -> Tensor:
        """Predict the velocity.

        Args:
            noisy_latent: (N, in_channels, h, w); h and w multiples of `patch_size`, not necessarily equal.
            lr_latent: (N, in_channels or lr_channels, h, w), the condition.
            timestep: (N,) in [0, 1000].
            text: (N, T, joint_attention_dim), required exactly when the model has a text stream.
            pooled: (N, pooled_projection_dim), likewise.

        Returns:
            (N, out_channels, h, w).

        Raises:
            ValueError: for a missing or surplus text input, or a grid larger than the position table.
        """
        config = self.config
        if (text is None) == config.has_text:
            raise ValueError("text tokens must be given exactly when the model has a text stream")
        noise, grid = self.pos_embed(noisy_latent.to(self.dtype))
        lr, lr_grid = self.pos_embed(lr_latent.to(self.dtype), getattr(self, "lr_embed", None))
        if grid != lr_grid:
            raise ValueError(f"noisy latent and LR latent differ in size: {grid} and {lr_grid} tokens")
        temb = self.time_text_embed(timestep, pooled, self.dtype)
        context = self.context_embedder(text.to(self.dtype)) if text is not None else None
        streams = torch.cat([noise, lr], dim=1)  # (N, 2T, D)
        for block in self.transformer_blocks:
            streams, context = block(streams, context, temb, grid)
        scale, shift = self.norm_out.modulation(temb)
        tokens = self.proj_out(modulate(streams[:, : noise.shape[1]], shift, scale))  # (N, T, p*p*C)
        return self._unpatchify(tokens, grid)

    def _unpatchify(self, tokens: Tensor, grid: Grid) -> Tensor:
        rows, columns = grid
        patch, channels = self.config.patch_size, self.config.out_channels
        image = tokens.view(-1, rows, columns, patch, patch, channels)
        image = image.permute(0, 5, 1, 3, 2, 4)  # (N, C, rows, p, columns, p)
        return image.reshape(-1, channels, rows * patch, columns * patch)
