"""Which sizes a model can work on: least sides, whole tokens, and tiles that fit its position table."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Protocol

from ..errors import SettingsError
from .config import DiT4SRConfig

MINIMUM_TOKENS = 8
"""Shorter sides are padded to this many tokens."""


class HasScales(Protocol):
    """A codec as far as sizes go; see `codec.Codec`."""

    @property
    def scale(self) -> int:
        """Output pixels to an LR pixel."""
        ...

    @property
    def downscale(self) -> int:
        """Output pixels to a latent cell."""
        ...


@dataclass(frozen=True)
class SizeRequirements:
    """The rules of one model. Sides are in LR pixels, tiles in latent cells."""

    minimum_side: int
    """Photos with a shorter side are enlarged to it first, and their results reduced again; 0 for any."""
    multiple: int
    """Sides are padded to a multiple of this: the pixels of one token."""
    tile_multiple: int = 1
    tile_limit: int = sys.maxsize
    """The largest tile: as many cells as there are positions."""

    @classmethod
    def of(cls, config: DiT4SRConfig, codec: HasScales, minimum_side: int = 0) -> SizeRequirements:
        """The requirements that follow from a transformer and its codec."""
        multiple = config.patch_size * codec.downscale // codec.scale
        return cls(minimum_side, multiple, config.patch_size, config.largest_tile)

    def working_shape(self, shape: tuple[int, int]) -> tuple[int, int]:
        """The (height, width) a photo is worked on at: its own, or with the shorter side at the least one.

        The longer side keeps its proportion, rounded down.
        """
        short = min(shape)
        if short >= self.minimum_side:
            return shape
        least = self.minimum_side
        height, width = (least if side == short else side * least // short for side in shape)
        return height, width

    def padded_shape(self, shape: tuple[int, int]) -> tuple[int, int]:
        """The (height, width), whole tokens, that a photo is padded to at the right and bottom."""
        height, width = (max(-(-side // self.multiple), MINIMUM_TOKENS) * self.multiple for side in shape)
        return height, width

    def check_tile(self, tile: int, model_name: str) -> None:
        """Raise `SettingsError` for a tile that the model cannot work on."""
        if tile > self.tile_limit:
            raise SettingsError(
                f"A tile of {tile} cells exceeds the {self.tile_limit} that {model_name!r} has positions for."
            )
        if tile % self.tile_multiple:
            raise SettingsError(
                f"The tile must be a multiple of {self.tile_multiple} latent cells, but it is {tile}."
            )
