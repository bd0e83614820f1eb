"""A feature loss on SqueezeNet 1.1 (ImageNet) activations; a training aid, never a reported metric.

The weights are not part of this project: `--features FILE` names a safetensors file with tensors
`conv1.{0,1}` and `fireN/{squeeze1x1,expand1x1,expand3x3}.{0,1}` (kernel as height, width, in, out; bias),
in the Caffe convention (BGR, 0..255, mean subtracted).
"""

from __future__ import annotations

from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..errors import CheckpointError

_CAFFE_MEAN = (104.0, 117.0, 123.0)
_LAYERS = (("fire2", "fire3"), ("fire4", "fire5"), ("fire6", "fire7"))


class SqueezeNetFeatures(nn.Module):
    """Activations of five depths for images (N, 3, H, W) in [-1, 1]."""

    mean: Tensor

    def __init__(self, weights: Path) -> None:
        super().__init__()
        from safetensors.torch import load_file

        try:
            tensors = load_file(weights)
        except Exception as error:
            raise CheckpointError(f"{weights} could not be read as feature weights: {error}.") from error
        self.names = ["conv1"] + [
            f"{fire}/{part}"
            for pair in _LAYERS
            for fire in pair
            for part in ("squeeze1x1", "expand1x1", "expand3x3")
        ]
        for name in self.names:
            if f"{name}.0" not in tensors:
                raise CheckpointError(f"{weights} has no tensor {name}.0.")
            key = name.replace("/", "_")
            self.register_buffer(f"{key}_w", tensors[f"{name}.0"].permute(3, 2, 0, 1).contiguous())
            self.register_buffer(f"{key}_b", tensors[f"{name}.1"])
        self.register_buffer("mean", torch.tensor(_CAFFE_MEAN).view(1, 3, 1, 1))

    def _conv(self, x: Tensor, name: str, stride: int = 1, padding: int = 0) -> Tensor:
        key = name.replace("/", "_")
        weight, bias = getattr(self, f"{key}_w"), getattr(self, f"{key}_b")
        return F.relu(F.conv2d(x, weight.to(x.dtype), bias.to(x.dtype), stride, padding))

    def _fire(self, x: Tensor, name: str) -> Tensor:
        squeezed = self._conv(x, f"{name}/squeeze1x1")
        one = self._conv(squeezed, f"{name}/expand1x1")
        return torch.cat([one, self._conv(squeezed, f"{name}/expand3x3", padding=1)], dim=1)

    def forward(self, image: Tensor) -> list[Tensor]:
        """Unit-length (over channels) activations, shallow to deep."""
        x = image.flip(1) * 127.5 + (127.5 - self.mean)
        x = self._conv(x, "conv1", stride=2, padding=1)
        found = [x]
        for pair in _LAYERS:
            x = F.max_pool2d(x, 3, 2, ceil_mode=True)
            for fire in pair:
                x = self._fire(x, fire)
            found.append(x)
        return [f / (f.pow(2).sum(1, keepdim=True) + 1e-6).sqrt() for f in found]

    def distance(self, image: Tensor, target: Tensor) -> Tensor:
        """Mean squared distance of the activations, summed over depths."""
        with torch.no_grad():
            wanted = self(target)
        return torch.stack(
            [(a - b).pow(2).sum(1).mean() for a, b in zip(self(image), wanted, strict=True)]
        ).sum()
