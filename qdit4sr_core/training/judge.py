"""The discriminator of the decoder stage: a U-Net that judges every place of a picture."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.parametrizations import spectral_norm

DETAIL_SCALE = 4.0
"""Detail is a few hundredths of a picture's range; enlarged, bfloat16 and the normalised layers keep it."""
GAIN = 1.7
"""About what a leaky rectifier behind a spectrally normalised layer takes from the size of its input."""


class UNetJudge(nn.Module):
    """Tells HR from decoded pictures by what they add to the bicubic upscaling; one logit for 2x2 pixels.

    A U-Net sees texture and structure at once, and says where a picture is wrong; spectral normalisation
    keeps it steady (the design of Real-ESRGAN's discriminator, at half the resolution and less width).
    Shown whole pictures instead of their detail, it had learned nothing after 300 steps.
    """

    def __init__(self, width: int = 40) -> None:
        super().__init__()

        def conv(inputs: int, outputs: int, stride: int = 1) -> nn.Module:
            return spectral_norm(nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False))

        self.first = nn.Conv2d(24, width, 3, 1, 1)
        self.down = nn.ModuleList(
            [conv(width, 2 * width, 2), conv(2 * width, 3 * width, 2), conv(3 * width, 4 * width, 2)]
        )
        self.up = nn.ModuleList(
            [conv(4 * width, 3 * width), conv(3 * width, 2 * width), conv(2 * width, width)]
        )
        self.smooth = conv(width, width)
        self.last = nn.Conv2d(width, 1, 3, 1, 1)

    def forward(self, image: Tensor, soft: Tensor) -> Tensor:
        """Logits (N, 1, H/2, W/2) for (N, 3, H, W) images beside their bicubic upscalings; H, W fit 16."""
        detail = DETAIL_SCALE * (image - soft)
        x = _activation(self.first(F.pixel_unshuffle(torch.cat([detail, soft], dim=1), 2)))
        seen = [x]
        for layer in self.down:
            seen.append(_activation(layer(seen[-1])))
        x = seen.pop()
        for layer in self.up:
            x = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
            x = _activation(layer(x)) + seen.pop()
        y: Tensor = self.last(_activation(self.smooth(x)))
        return y


def _activation(x: Tensor) -> Tensor:
    return GAIN * F.leaky_relu(x, 0.2)


def hinge_loss(judge: nn.Module, real: Tensor, made: Tensor, soft: Tensor) -> Tensor:
    """What the judge minimises: real above 1, made below -1."""
    a, b = judge(torch.cat([real, made]), torch.cat([soft, soft])).float().chunk(2)
    return F.relu(1 - a).mean() + F.relu(1 + b).mean()
