"""The feature loss: ST-LPIPS on VGG activations, whose weights come with an installed package.

A training aid. The reported metric is ST-LPIPS on AlexNet, another network, so that no model is trained on
the number it is judged by.
"""

from __future__ import annotations

import contextlib
import io

import torch
from torch import Tensor, nn

from ..errors import CheckpointError
from ..metrics.registry import find_metric
from ..metrics.torchvision_operators import import_torchvision


class FeatureLoss(nn.Module):
    """Distance of images (N, 3, H, W) in [-1, 1], sides of at least 32: a mean over the batch.

    Raises `CheckpointError` where the weights are not installed.
    """

    def __init__(self) -> None:
        super().__init__()
        weights = find_metric("stlpips_vgg").weights[0].find()
        if weights is None:
            raise CheckpointError("The feature loss needs the weights in the package stlpips-pytorch.")
        import_torchvision()
        with contextlib.redirect_stdout(io.StringIO()):
            import pyiqa

            loss = pyiqa.create_metric(
                "stlpips-vgg", device="cpu", as_loss=True, pretrained_model_path=str(weights)
            )
        self.network: nn.Module = loss.net.eval().requires_grad_(False)

    def forward(self, image: Tensor, target: Tensor) -> Tensor:
        """The distance, differentiable in `image`."""
        y: Tensor = self.network(image, target, normalize=False)
        return y.float().mean()


def random_crop(images: tuple[Tensor, ...], side: int, generator: torch.Generator) -> tuple[Tensor, ...]:
    """The same square of `side` pixels of every (N, C, H, W), whole where they are not larger."""
    height, width = images[0].shape[-2:]
    top, left = (
        int(torch.randint(max(length - side, 0) + 1, (), generator=generator)) for length in (height, width)
    )
    return tuple(x[..., top : top + side, left : left + side] for x in images)
