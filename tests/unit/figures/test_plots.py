import re

import numpy as np
import pytest

from qdit4sr_core.colours import SERIES_DASHES
from qdit4sr_core.errors import FigureError, RegionError
from qdit4sr_core.figures import (
    BitGrid,
    FigureOptions,
    Panel,
    bit_grid_of,
    bit_grid_plot,
    spectrum_plot,
    straying_plot,
    texture_change_figure,
)
from qdit4sr_core.metrics.regions import Region
from qdit4sr_core.metrics.texture_colours import change_colours
from qdit4sr_core.quantize.layer.activations import ActivationSpec
from qdit4sr_core.quantize.layer.linear import LinearSpec


def svg_text(figure) -> list[str]:
    return [text.strip() for text in re.findall(r"<text[^>]*>([^<]*)</text>", figure.encode("svg").decode())]


def grid(blocks: int, steps: int) -> BitGrid:
    layers = tuple(f"transformer_blocks.{b}.attn.to_{n}" for b in range(blocks) for n in "qkv")
    return BitGrid(layers, (4, 2, 8) * blocks, tuple((4, 8) * (steps // 2) for _ in layers))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_spectrum_shows_every_full_size_picture(panels, theme):
    options = FigureOptions(width="single", dpi=100, theme=theme)
    figure = spectrum_plot(panels, Region(10, 10, 64, 64), options, absolute=True)
    texts = svg_text(figure)
    for wanted in ("Full precision", "RTN W4A4", "Q-DiT4SR W4A4", "Power (dB)", "Difference (dB)"):
        assert wanted in texts
    assert "LR" not in texts
    assert figure.render().shape[1] == 325
    again = spectrum_plot(panels, Region(10, 10, 64, 64), options, absolute=True)
    assert figure.encode("png") == again.encode("png")


def test_curves_side_by_side_have_strokes_of_their_own_that_the_window_has_too():
    pictures = np.random.default_rng(0).integers(0, 256, (6, 64, 64, 3)).astype(np.uint8)
    variants = [Panel(f"V{number}", pixels) for number, pixels in enumerate(pictures[:5])]
    figure = spectrum_plot(
        [Panel("Full", pictures[5], role="reference"), *variants], None, FigureOptions(dpi=60)
    )
    found = re.findall(r"stroke-dasharray: ([\d., ]+)", figure.encode("svg").decode())
    strokes = {tuple(float(v) / 1.1 for v in text.replace(",", " ").split()) for text in found}
    for dashes in SERIES_DASHES[1:]:
        assert any(s == pytest.approx(dashes) for s in strokes if len(s) == len(dashes)), (dashes, strokes)


def test_spectrum_is_told_against_the_reference_by_default(panels):
    texts = svg_text(spectrum_plot(panels, None, FigureOptions(dpi=60)))
    assert "Power against the reference (dB)" in texts
    assert "Power (dB)" not in texts


def test_spectrum_without_reference_has_one_axis(panels):
    assert "Difference (dB)" not in svg_text(spectrum_plot(panels[2:], None, FigureOptions(dpi=60)))


def test_spectrum_refuses_what_it_cannot_measure(panels):
    with pytest.raises(RegionError, match="under 32 px"):
        spectrum_plot(panels, Region(0, 0, 16, 16))
    with pytest.raises(RegionError, match="sticks out"):
        spectrum_plot(panels, Region(100, 0, 64, 64))
    with pytest.raises(FigureError, match="full-size"):
        spectrum_plot(panels[:1])


def test_small_bit_grid_names_every_layer_and_cell():
    texts = svg_text(bit_grid_plot(grid(2, 4), "My model", FigureOptions(dpi=60)))
    for wanted in ("My model", "0.attn.to_q", "1.attn.to_v", "Weights", "2 bits", "4 bits", "8 bits"):
        assert wanted in texts
    assert texts.count("2") == 2 + 1  # two weight cells and one step number


def test_large_bit_grid_names_blocks():
    texts = svg_text(bit_grid_plot(grid(60, 40), options=FigureOptions(dpi=60)))
    assert "block 59" in texts
    assert "0.attn.to_q" not in texts


def test_bit_grid_of_layer_specifications():
    scheduled = ActivationSpec("gaussian", 4, schedule=(4, 4, 6, 8))
    layers = {
        "blocks.0.a": LinearSpec(8, 8, 4, scheduled),
        "blocks.0.b": LinearSpec(8, 8, 3, ActivationSpec("none")),
    }
    found = bit_grid_of(layers)
    assert found.weight_bits == (4, 3)
    assert found.activation_bits == ((4, 4, 6, 8), (16, 16, 16, 16))
    assert bit_grid_of(layers, 2).activation_bits[0] == (4, 8)
    assert "float" in svg_text(bit_grid_plot(found, options=FigureOptions(dpi=60)))
    with pytest.raises(FigureError, match="no quantized layer"):
        bit_grid_of({})
    with pytest.raises(FigureError, match="each of its layers"):
        BitGrid(("a",), (4, 4), ((4,),))
    with pytest.raises(FigureError, match="same number"):
        BitGrid(("a", "b"), (4, 4), ((4,), (4, 8)))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_of_change_diverge_from_a_neutral_middle(theme):
    lost, none, added = change_colours(np.array([[-99.0, 0.0, 99.0]]), theme)[0].astype(int)
    assert lost[2] > lost[1]  # violet
    assert added[0] > added[2]  # orange
    assert max(none) - min(none) <= 8


def test_loss_map_has_legend_means_and_reference(panels):
    figure = texture_change_figure(panels, [Region(10, 10, 24, 24)], FigureOptions(dpi=100))
    texts = svg_text(figure)
    for wanted in ("Full precision", "reference", "texture lost", "≤ −8", "≥ +8 dB", "RTN W4A4"):
        assert wanted in texts
    assert {"lost", "added"} <= set(texts)
    assert sum(bool(re.fullmatch(r"\d+\.\d dB", text)) for text in texts) == 6
    with pytest.raises(FigureError, match="one reference"):
        texture_change_figure(panels[2:])


def test_the_error_along_sampling_has_a_curve_for_each_that_knows_it():
    texts = svg_text(straying_plot({"RTN": (0.01, 0.2), "Bicubic": ()}, FigureOptions(dpi=60)))
    assert {"RTN", "Sampling step", "Distance to full precision (%)"} <= set(texts)
    assert "Bicubic" not in texts
    with pytest.raises(FigureError, match="in one comparison"):
        straying_plot({"Bicubic": ()})
