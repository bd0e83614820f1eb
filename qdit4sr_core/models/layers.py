"""The pieces of a DiT4SR block: embeddings, adaptive norms, joint attention, the cross-stream FF.

Shapes: N batch, T tokens of one stream, D width. Module names are those of the published
checkpoints (diffusers' SD3 names plus the `control` layers of DiT4SR).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..setting_words import KeyMode

Grid = tuple[int, int]
"""Rows and columns of tokens."""


def sinusoidal_timestep(timestep: Tensor, channels: int = 256) -> Tensor:
    """Embed timesteps (N,) in [0, 1000] as (N, channels): cosines first, then sines."""
    half = channels // 2
    exponent = torch.arange(half, dtype=torch.float32, device=timestep.device) / half
    angles = timestep.float()[:, None] * torch.exp(-math.log(10000.0) * exponent)[None]
    return torch.cat([angles.cos(), angles.sin()], dim=-1)


def sincos_position_table(width: int, size: int, base_size: int) -> Tensor:
    """(1, size*size, width) table; the first half of the channels encodes the column, the last the row."""
    coordinates = torch.arange(size, dtype=torch.float64) / (size / base_size)
    quarter = width // 4
    omega = 10000.0 ** (-torch.arange(quarter, dtype=torch.float64) / quarter)
    angles = coordinates[:, None] * omega[None]
    axis = torch.cat([angles.sin(), angles.cos()], dim=1)  # (size, width/2)
    columns = axis[None].expand(size, size, -1)
    rows = axis[:, None].expand(size, size, -1)
    return torch.cat([columns, rows], dim=-1).reshape(1, size * size, width).float()


class PatchEmbed(nn.Module):
    """Latent (N, C, h, w) to tokens (N, T, D) with the centred crop of the position table added."""

    pos_embed: Tensor
    window: Tensor | None = None
    """Positions (1, T, D) used in place of the centre crop; training draws other places of the table."""

    def __init__(self, channels: int, width: int, patch: int, max_size: int, base_size: int) -> None:
        super().__init__()
        self.patch = patch
        self.max_size = max_size
        self.proj = nn.Conv2d(channels, width, patch, stride=patch)
        if torch.empty(0).device.type == "meta":
            table = torch.empty(1, max_size * max_size, width)
        else:
            table = sincos_position_table(width, max_size, base_size)
        self.register_buffer("pos_embed", table)

    def positions(self, grid: Grid, origin: Grid | None = None) -> Tensor:
        """(1, rows*columns, D): the crop of the stored table at `origin` (row, column), or its centre."""
        rows, columns = grid
        if rows > self.max_size or columns > self.max_size:
            raise ValueError(f"a grid of {rows}x{columns} tokens exceeds the table of {self.max_size}")
        table = self.pos_embed.view(1, self.max_size, self.max_size, -1)
        top, left = origin or ((self.max_size - rows) // 2, (self.max_size - columns) // 2)
        return table[:, top : top + rows, left : left + columns].reshape(1, rows * columns, -1)

    def forward(self, latent: Tensor, proj: nn.Module | None = None) -> tuple[Tensor, Grid]:
        """Tokens (N, T, D) and their grid; `proj` replaces the patch convolution (LR stream)."""
        patches = (proj or self.proj)(latent)  # (N, D, rows, columns)
        grid = (patches.shape[2], patches.shape[3])
        tokens = patches.flatten(2).transpose(1, 2)  # (N, T, D), row-major
        positions = self.positions(grid) if self.window is None else self.window
        return tokens + positions.to(tokens.dtype), grid


class MLPEmbed(nn.Module):
    """Linear, SiLU, Linear: the timestep and pooled-text embedders."""

    def __init__(self, inputs: int, width: int) -> None:
        super().__init__()
        self.linear_1 = nn.Linear(inputs, width)
        self.linear_2 = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        """(N, inputs) to (N, D)."""
        y: Tensor = self.linear_2(F.silu(self.linear_1(x)))
        return y


class TimeTextEmbed(nn.Module):
    """Timestep (and pooled text, where the model has it) to the conditioning vector (N, D)."""

    def __init__(self, width: int, pooled: int | None) -> None:
        super().__init__()
        self.timestep_embedder = MLPEmbed(256, width)
        self.text_embedder = MLPEmbed(pooled, width) if pooled is not None else None

    def forward(self, timestep: Tensor, pooled: Tensor | None, dtype: torch.dtype) -> Tensor:
        """Raises ValueError when a pooled vector is missing or not wanted."""
        if (pooled is None) != (self.text_embedder is None):
            raise ValueError("pooled text must be given exactly when the model has a text embedder")
        embedded: Tensor = self.timestep_embedder(sinusoidal_timestep(timestep).to(dtype))
        if self.text_embedder is not None and pooled is not None:
            embedded = embedded + self.text_embedder(pooled.to(dtype))
        return embedded


class AdaNorm(nn.Module):
    """LayerNorm without affine, and `parts` modulation vectors from the conditioning vector.

    `linear` holds the published weights; the chunk order is that of the checkpoint.
    """

    def __init__(self, width: int, parts: int) -> None:
        super().__init__()
        self.parts = parts
        self.linear = nn.Linear(width, parts * width)

    def modulation(self, temb: Tensor) -> tuple[Tensor, ...]:
        """`parts` tensors (N, 1, D)."""
        chunks: tuple[Tensor, ...] = self.linear(F.silu(temb))[:, None].chunk(self.parts, dim=-1)
        return chunks


def modulate(x: Tensor, shift: Tensor, scale: Tensor) -> Tensor:
    """LayerNorm(x) (1 + scale) + shift, on (N, T, D)."""
    return F.layer_norm(x, x.shape[-1:], eps=1e-6) * (1 + scale) + shift


class RMSNorm(nn.Module):
    """Root-mean-square norm over the last axis, variance in float32."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))

    def forward(self, x: Tensor) -> Tensor:
        """Same shape and dtype as x."""
        scale = torch.rsqrt(x.float().pow(2).mean(-1, keepdim=True) + 1e-6)
        return (x.float() * scale).to(x.dtype) * self.weight.to(x.dtype)


def project(layers: Sequence[nn.Module], x: Tensor) -> list[Tensor]:
    """The outputs of several linears for one input; quantized ones may prepare it once for all of them."""
    together = getattr(layers[0], "together", None)
    return [layer(x) for layer in layers] if together is None else together(layers, x)


Attend = Callable[[Tensor, Tensor, Tensor], Tensor]
"""Queries, keys and values (N, heads, T, size) to the mixed values of the same shape."""


class JointAttention(nn.Module):
    """Attention over [noise, LR, text] tokens, with stacked control projections for the LR stream.

    `attend` mixes the values; it may be replaced by another implementation of the same function.
    """

    attend: Attend

    def __init__(
        self, width: int, heads: int, *, context: bool, context_out: bool, key_mode: KeyMode
    ) -> None:
        super().__init__()
        self.heads = heads
        self.key_mode: KeyMode = key_mode
        self.to_q, self.to_k, self.to_v = (nn.Linear(width, width) for _ in range(3))
        self.to_out = nn.ModuleList([nn.Linear(width, width)])
        self.to_q_control, self.to_k_control, self.to_v_control = (nn.Linear(width, width) for _ in range(3))
        self.to_out_control = nn.Linear(width, width)
        self.attend = F.scaled_dot_product_attention
        size = width // heads
        self.norm_q, self.norm_k = RMSNorm(size), RMSNorm(size)
        if context:
            self.add_q_proj, self.add_k_proj, self.add_v_proj = (nn.Linear(width, width) for _ in range(3))
            self.norm_added_q, self.norm_added_k = RMSNorm(size), RMSNorm(size)
            if context_out:
                self.to_add_out = nn.Linear(width, width)

    def _split(self, x: Tensor) -> Tensor:
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)  # (N, T, D) -> (N, heads, T, D/heads)

    def forward(self, noise: Tensor, lr: Tensor, text: Tensor | None) -> tuple[Tensor, Tensor, Tensor | None]:
        """Attend over (N, T, D) streams; returns the noise, LR and text outputs (text may be None)."""
        split = self._split
        query_noise, keys_noise, value_noise = project([self.to_q, self.to_k, self.to_v], noise)
        key_noise = self.norm_k(split(keys_noise))
        if self.key_mode == "legacy":
            query_lr, value_lr = project([self.to_q, self.to_v], lr)
            key_lr = self.norm_k(key_noise)
        else:
            query_lr, keys_lr, value_lr = project([self.to_q, self.to_k, self.to_v], lr)
            key_lr = self.norm_k(split(self.to_k_control(keys_lr)))
        query = [self.norm_q(split(query_noise)), self.norm_q(split(self.to_q_control(query_lr)))]
        key = [key_noise, key_lr]
        value = [split(value_noise), split(self.to_v_control(value_lr))]
        if text is not None:
            added = project([self.add_q_proj, self.add_k_proj, self.add_v_proj], text)
            query.append(self.norm_added_q(split(added[0])))
            key.append(self.norm_added_k(split(added[1])))
            value.append(split(added[2]))
        mixed = self.attend(torch.cat(query, 2), torch.cat(key, 2), torch.cat(value, 2))
        mixed = mixed.transpose(1, 2).flatten(2)  # (N, heads, T', D/heads) -> (N, T', D)
        tokens = noise.shape[1]
        out_noise = self.to_out[0](mixed[:, :tokens])
        out_lr = self.to_out_control(mixed[:, tokens : 2 * tokens] + lr)
        out_text = None
        if text is not None and hasattr(self, "to_add_out"):
            out_text = self.to_add_out(mixed[:, 2 * tokens :])
        return out_noise, out_lr, out_text


class _GELUProjection(nn.Module):
    """Holds `proj` so that parameter names match the checkpoint (`ff.net.0.proj`)."""

    def __init__(self, width: int, hidden: int) -> None:
        super().__init__()
        self.proj = nn.Linear(width, hidden)

    def forward(self, x: Tensor) -> Tensor:
        activated = getattr(self.proj, "gelu", None)  # quantized layers may apply it in the same pass
        result: Tensor = F.gelu(self.proj(x), approximate="tanh") if activated is None else activated(x)
        return result


class FeedForward(nn.Module):
    """Linear, tanh-GELU, Linear with four times the width inside."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.net = nn.ModuleList(
            [_GELUProjection(width, 4 * width), nn.Identity(), nn.Linear(4 * width, width)]
        )

    def forward(self, x: Tensor) -> Tensor:
        """(N, T, D) to (N, T, D)."""
        y: Tensor = self.net[2](self.net[0](x))
        return y


class CrossStreamFeedForward(FeedForward):
    """The image streams' FF: a depthwise 3x3 convolution carries LR features to the noise tokens."""

    def __init__(self, width: int, scale: float) -> None:
        super().__init__(width)
        self.scale = scale
        self.control_conv = nn.Conv2d(4 * width, 4 * width, 3, padding=1, groups=4 * width)

    def _convolved(self, image: Tensor) -> Tensor:
        """The convolution of (N, 4D, rows, columns).

        On the CPU its weight is shown as channels-last, as the tokens are: torch would reorder both, which
        takes ten times as long.
        """
        weight = self.control_conv.weight
        if image.device.type != "cpu" or not weight.is_contiguous():
            convolved: Tensor = self.control_conv(image)
            return convolved
        weight = weight.as_strided(weight.shape, (9, 1, 3, 1))
        return F.conv2d(image, weight, self.control_conv.bias, padding=1, groups=weight.shape[0])

    def forward_streams(self, x: Tensor, grid: Grid) -> Tensor:
        """(N, 2T, D) tokens [noise; LR] on a token grid to the same shape."""
        hidden = self.net[0](x)
        noise, lr = hidden.chunk(2, dim=1)  # (N, T, 4D) each
        image = lr.transpose(1, 2).unflatten(2, grid)  # (N, 4D, rows, columns)
        carried = self._convolved(image).flatten(2).transpose(1, 2)
        y: Tensor = self.net[2](torch.cat([noise + self.scale * carried, lr], dim=1))
        return y
