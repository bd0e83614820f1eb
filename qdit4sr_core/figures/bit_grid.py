"""The bit grid: how many bits each layer's weights have, and its activations at each sampling step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..colours import bit_colour
from ..errors import FigureError
from .figure import Figure
from .options import FigureOptions
from .plot_page import plot_figure
from .style import Theme, ink_on

if TYPE_CHECKING:
    from ..quantize.layer.linear import LinearSpec

_TALLEST = 9.0


@dataclass(frozen=True)
class BitGrid:
    """Bits of one quantized model.

    `layers` are module paths in order; `weight_bits[i]` and `activation_bits[i][step]` belong to
    `layers[i]`. A value of 16 or more stands for floating point.
    """

    layers: tuple[str, ...]
    weight_bits: tuple[int, ...]
    activation_bits: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        if not self.layers or not len(self.layers) == len(self.weight_bits) == len(self.activation_bits):
            raise FigureError("A bit grid needs weight and activation bits for each of its layers.")
        if len({len(row) for row in self.activation_bits}) != 1 or not self.activation_bits[0]:
            raise FigureError("A bit grid needs the same number of sampling steps for each layer.")

    @property
    def steps(self) -> int:
        """Number of sampling steps."""
        return len(self.activation_bits[0])


def bit_grid_of(layers: Mapping[str, LinearSpec], steps: int | None = None) -> BitGrid:
    """The grid of a quantized model's layer specifications, by module path.

    `steps` is the number of sampling steps to show; None takes the longest schedule. Raises `FigureError`
    when nothing is quantized.
    """
    if not layers:
        raise FigureError("The model has no quantized layer, so there is no bit grid.")
    activations = [spec.activation for spec in layers.values()]
    count = steps or max(len(a.schedule) if a.schedule else 1 for a in activations)
    return BitGrid(
        tuple(layers),
        tuple(spec.weight_bits for spec in layers.values()),
        tuple(
            tuple(16 if a.kind == "none" else a.bits_at(step, count) for step in range(count))
            for a in activations
        ),
    )


def bit_grid_plot(grid: BitGrid, title: str = "", options: FigureOptions | None = None) -> Figure:
    """Layers down, sampling steps across; weight bits in a column of their own at the left."""
    options = options or FigureOptions()
    rows = len(grid.layers)
    line = (options.font_size + 1) / 72
    height = min(_TALLEST, max(1.6, rows * line * 1.05 + 1.0))
    return plot_figure(
        options, height, lambda page, colours: _draw(page, colours, grid, title, options, height)
    )


def _draw(
    page: Any, colours: Theme, grid: BitGrid, title: str, options: FigureOptions, height: float
) -> None:
    rows, steps = len(grid.layers), grid.steps
    weights, activations = page.subplots(1, 2, sharey=True, width_ratios=(1, max(6, min(steps, 24))))
    _cells(weights, [[bits] for bits in grid.weight_bits], colours, options, height)
    _cells(activations, grid.activation_bits, colours, options, height)
    weights.set_xticks([])
    weights.set_xlabel("Weights")
    every = max(1, -(-steps // 20))
    shown = range(0, steps, every)
    activations.set_xticks([step + 0.5 for step in shown], [str(step + 1) for step in shown])
    activations.set_xlabel("Activations at sampling step")
    activations.tick_params(left=False)
    _name_rows(weights, grid.layers, rows * (options.font_size + 1) / 72 <= height - 0.9)
    for start in _blocks(grid.layers)[1:]:
        for axes in (weights, activations):
            axes.axhline(start[0], color=colours.background, linewidth=2.2)
            axes.axhline(start[0], color=colours.muted, linewidth=0.6)
    used = sorted({*grid.weight_bits, *(bits for row in grid.activation_bits for bits in row)})
    _legend(page, used)
    if title:
        page.suptitle(title, fontsize=options.font_size + 1)


def _cells(
    axes: Any, bits: Sequence[Sequence[int]], colours: Theme, options: FigureOptions, height: float
) -> None:
    from matplotlib.colors import to_rgb

    rows, columns = len(bits), len(bits[0])
    pixels = [[to_rgb(bit_colour(value)) for value in row] for row in bits]
    axes.imshow(pixels, extent=(0, columns, rows, 0), aspect="auto", interpolation="nearest")
    for spine in axes.spines.values():
        spine.set_visible(False)
    for column in range(1, columns):
        axes.axvline(column, color=colours.background, linewidth=0.5)
    for row in range(1, rows if rows <= 80 else 1):
        axes.axhline(row, color=colours.background, linewidth=0.5)
    size = min(options.font_size - 1, 0.62 * (height - 0.9) * 72 / rows, 0.5 * options.inches * 60 / columns)
    if size >= 4.0:
        for row, values in enumerate(bits):
            for column, value in enumerate(values):
                axes.text(
                    column + 0.5, row + 0.5, _name(value), ha="center", va="center_baseline", fontsize=size,
                    color=ink_on(bit_colour(value)),
                )  # fmt: skip


def _name_rows(axes: Any, layers: tuple[str, ...], room: bool) -> None:
    """Every layer by its path where there is room, else each block once, at its middle."""
    axes.tick_params(left=False)
    if room:
        names = [short_layer_name(layer) for layer in layers]
        axes.set_yticks([row + 0.5 for row in range(len(layers))], names)
        return
    blocks = _blocks(layers)
    ends = [*(start for start, _ in blocks[1:]), len(layers)]
    middles = [(start + end) / 2 for (start, _), end in zip(blocks, ends, strict=True)]
    wide = [(m, name) for m, (start, name), end in zip(middles, blocks, ends, strict=True) if end - start > 1]
    axes.set_yticks([middle for middle, _ in wide], [name for _, name in wide])


def _blocks(layers: tuple[str, ...]) -> list[tuple[int, str]]:
    """(first row, name) of each run of layers with the same path up to and including its first number."""
    found: list[tuple[int, str]] = []
    for row, layer in enumerate(layers):
        parts = layer.split(".")
        number = next((i for i, part in enumerate(parts) if part.isdigit()), None)
        name = parts[0] if number is None else f"block {parts[number]}"
        if not found or found[-1][1] != name:
            found.append((row, name))
    return found


def short_layer_name(layer: str) -> str:
    """The path from its first number on: `transformer_blocks.3.attn.to_q` is `3.attn.to_q`."""
    parts = layer.split(".")
    number = next((i for i, part in enumerate(parts) if part.isdigit()), 0)
    return ".".join(parts[number:])


def _legend(page: Any, used: list[int]) -> None:
    from matplotlib.patches import Patch

    names = [("float" if bits >= 16 else f"{bits} bits") for bits in used]
    handles = [Patch(facecolor=bit_colour(bits), label=name) for bits, name in zip(used, names, strict=True)]
    page.legend(handles=handles, loc="outside lower center", ncols=len(handles), handlelength=1.0)


def _name(bits: int) -> str:
    return "f" if bits >= 16 else str(bits)
