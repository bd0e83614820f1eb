"""Which layers of a transformer are quantized, and how they are read."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from torch import Tensor, nn

from ..progress import CancelCheck, stop_if

BLOCKS = "transformer_blocks."


def is_target(name: str) -> bool:
    """Whether a linear of this name is quantized: those inside blocks, never embedders or the output."""
    return name.startswith(BLOCKS)


def is_modulation(name: str) -> bool:
    """Whether a layer makes adaLN modulation: many weights, but one input token an image."""
    return name.rsplit(".", 2)[-2].startswith("norm")


@dataclass(frozen=True)
class LayerSource:
    """A linear layer that can be read when wanted: its name, (out, in) and a loader of (weight, bias)."""

    name: str
    shape: tuple[int, int]
    load: Callable[[], tuple[Tensor, Tensor | None]]


def stoppable(sources: Sequence[LayerSource], cancelled: CancelCheck) -> list[LayerSource]:
    """The same layers, that raise `Cancelled` instead of being read once the user has asked to stop: whoever
    looks at one layer after another, as plans do, stops between them.
    """

    def asking(
        load: Callable[[], tuple[Tensor, Tensor | None]],
    ) -> Callable[[], tuple[Tensor, Tensor | None]]:
        def asked() -> tuple[Tensor, Tensor | None]:
            stop_if(cancelled)
            return load()

        return asked

    return [dataclasses.replace(source, load=asking(source.load)) for source in sources]


def linear_sources(model: nn.Module) -> list[LayerSource]:
    """The linears of a model that get quantized, in order; whatever its device, they are read to the CPU."""

    def loader(module: nn.Linear) -> Callable[[], tuple[Tensor, Tensor | None]]:
        bias = module.bias
        return lambda: (module.weight.detach().cpu(), None if bias is None else bias.detach().cpu())

    return [
        LayerSource(name, (module.out_features, module.in_features), loader(module))
        for name, module in model.named_modules()
        if isinstance(module, nn.Linear) and is_target(name)
    ]
