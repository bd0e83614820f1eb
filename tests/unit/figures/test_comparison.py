import html
import io
import re
from itertools import combinations

import numpy as np
import pytest

from qdit4sr_core.errors import FigureError, OutputError, RegionError
from qdit4sr_core.figures import FigureOptions, Panel, comparison_figure, region_colour
from qdit4sr_core.figures.fonts import text_width
from qdit4sr_core.figures.layouts.overview_left import overview_scene
from qdit4sr_core.figures.options import LAYOUTS
from qdit4sr_core.figures.scene import Box
from qdit4sr_core.metrics.regions import Region

EYE = Region(40, 30, 24, 24)
TWO = (EYE, Region(80, 50, 32, 24, "cheek"))


def pdf_text(data: bytes) -> str:
    pypdf = pytest.importorskip("pypdf")
    reader = pypdf.PdfReader(io.BytesIO(data))
    return " ".join(page.extract_text() for page in reader.pages)


def svg_text(data: bytes) -> list[str]:
    return [text.strip() for text in re.findall(r"<text[^>]*>([^<]*)</text>", data.decode())]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("regions", [(), (EYE,), TWO], ids=["none", "one", "two"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_page_is_as_wide_as_asked(panels, layout, regions, theme):
    options = FigureOptions(layout=layout, width="single", dpi=100, theme=theme)
    pixels = comparison_figure(panels, regions, options).render()
    assert pixels.shape[1] == 325
    assert pixels.shape[0] > 50


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_label_and_number_is_text(panels, layout):
    figure = comparison_figure(panels, [EYE], FigureOptions(layout=layout, dpi=100))
    texts = svg_text(figure.encode("svg"))
    for wanted in ("RTN W4A4", "Q-DiT4SR W4A4", "Full precision", "30.25", "0.410", "ST-LPIPS ↓"):
        assert wanted in texts
    pdf = figure.encode("pdf")
    assert "Q-DiT4SR W4A4" in pdf_text(pdf)
    assert b"/Type3" not in pdf


@pytest.mark.parametrize("kind", ["png", "pdf", "svg"])
def test_equal_arguments_give_equal_bytes(panels, kind):
    options = FigureOptions(dpi=100)
    first = comparison_figure(panels, TWO, options).encode(kind)
    assert comparison_figure(list(panels), list(TWO), options).encode(kind) == first


def test_crops_keep_their_pixels_in_the_png(panels):
    """A crop that needs no scaling is found in the page unchanged, with its frame around it."""
    options = FigureOptions(layout="grid", width=5.5, dpi=50, columns=5)
    column = (275 - 4 * 2) // 5
    region = Region(20, 10, column - 2, column - 2)
    page = comparison_figure(panels, [region], options).render()
    crop = region.crop(panels[4].pixels)
    left = 4 * (column + 2) + 1 + (275 - 4 * 2 - 5 * column) // 2
    assert np.array_equal(page[1 : 1 + crop.shape[0], left : left + crop.shape[1]], crop)
    colour = tuple(int(region_colour(0)[i : i + 2], 16) for i in (1, 3, 5))
    assert tuple(page[5, left - 1]) == colour
    assert tuple(page[0, left + 5]) == colour


def test_nearest_zoom_repeats_pixels_and_bicubic_does_not(panels):
    region = Region(40, 30, 4, 4)
    colours = {}
    for zoom in ("nearest", "bicubic"):
        options = FigureOptions(layout="grid", width=4.0, dpi=100, zoom=zoom, columns=1, show_input=False)
        page = comparison_figure(panels[1:2], [region], options).render()
        inner = page[4:380, 4:396]
        colours[zoom] = len(np.unique(inner.reshape(-1, 3), axis=0))
    assert colours["nearest"] <= 16
    assert colours["bicubic"] > 500


def test_input_and_reference_can_be_hidden(panels):
    options = FigureOptions(layout="grid", dpi=100, show_input=False, show_reference=False)
    texts = svg_text(comparison_figure(panels, [EYE], options).encode("svg"))
    assert "LR" not in texts
    assert "Full precision" not in texts
    assert "RTN W4A4" in texts


def test_best_is_bold_and_second_underlined(panels):
    svg = comparison_figure(panels, [EYE], FigureOptions(layout="grid", dpi=100)).encode("svg").decode()
    bold = re.findall(r'<text style="font-weight: 700[^"]*"[^>]*>([^<]*)</text>', svg)
    assert sorted(bold) == ["0.050", "30.25"]


def test_a_caption_is_as_long_in_a_program_without_its_font(panels):
    svg = comparison_figure(panels, [EYE], FigureOptions(dpi=100)).encode("svg").decode()
    texts = re.findall(r'<text style="([^"]*)"[^>]*textLength="([0-9.]+)"[^>]*>([^<]*)</text>', svg)
    assert [text for _, _, text in texts] == re.findall(r"<text[^>]*>([^<]*)</text>", svg)
    for style, length, text in texts:
        size = float(re.search(r"font-size: ([0-9.]+)px", style)[1])
        bold = "font-weight: 700" in style
        assert float(length) == pytest.approx(text_width(html.unescape(text), "serif", size, bold), abs=0.01)
        names = re.search(r"font-family: ([^;]*)", style)[1].split(", ")
        assert names[0] == "'STIXGeneral'"
        assert names.index("'Times New Roman'") < names.index("'DejaVu Sans'")
        assert names[-1] == "serif"


def test_chosen_metrics_only(panels):
    options = FigureOptions(dpi=100, metrics=("psnr",))
    texts = svg_text(comparison_figure(panels, [EYE], options).encode("svg"))
    assert "PSNR ↑" in texts
    assert "ST-LPIPS ↓" not in texts


def test_numbers_of_each_region_stand_under_its_crops(panels):
    rows = ({"psnr": 11.11}, {"psnr": 22.22})
    two = [panels[1], Panel("A", panels[2].pixels, region_metrics=rows)]
    texts = svg_text(comparison_figure(two, TWO, FigureOptions(layout="grid", dpi=100)).encode("svg"))
    assert texts.index("11.11") < texts.index("22.22")


@pytest.mark.parametrize("layout", ["grid", "overview-left"])
def test_names_stand_under_the_crops_of_every_region(panels, layout):
    texts = svg_text(comparison_figure(panels, TWO, FigureOptions(layout=layout, dpi=100)).encode("svg"))
    assert texts.count("RTN W4A4") == 2


def test_a_figure_without_room_for_its_overview_says_so(panels):
    many = [*panels, *(Panel(f"Variant {i}", panels[2].pixels) for i in range(4))]
    assert "overview" in comparison_figure(many, TWO, FigureOptions(dpi=50)).note
    assert comparison_figure(many, TWO, FigureOptions(layout="grid", dpi=50)).note == ""
    assert comparison_figure(panels[:3], TWO, FigureOptions(dpi=50)).note == ""


def test_long_names_are_broken_or_cut_but_stay_inside(panels):
    long = [Panel("An uncommonly-long-name-without-a-single-space-in-it", p.pixels) for p in panels]
    options = FigureOptions(layout="grid", width="single", dpi=100)
    texts = svg_text(comparison_figure(long, [EYE], options).encode("svg"))
    assert any(text.endswith("…") for text in texts)


def test_a_name_with_dollars_is_not_mathematics(panels):
    named = [Panel("cost $5 $6", panels[1].pixels)]
    texts = svg_text(comparison_figure(named, [EYE], FigureOptions(dpi=100)).encode("svg"))
    assert "cost $5 $6" in texts


def test_errors_are_sentences(panels, tmp_path):
    with pytest.raises(RegionError, match="sticks out"):
        comparison_figure(panels, [Region(120, 0, 40, 40)])
    with pytest.raises(FigureError, match="overview"):
        comparison_figure(panels, [EYE], FigureOptions(overview="nobody"))
    with pytest.raises(FigureError, match="at least one picture"):
        comparison_figure([], [EYE])
    with pytest.raises(FigureError, match="not installed"):
        comparison_figure(panels, [EYE], FigureOptions(font="No Such Font"))
    with pytest.raises(OutputError, match=r"\.png, \.pdf or \.svg"):
        comparison_figure(panels, [EYE], FigureOptions(dpi=60)).save(tmp_path / "figure.gif")
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(OutputError, match="could not be written"):
        comparison_figure(panels, [EYE], FigureOptions(dpi=60)).save(blocked / "figure.png")


def test_save_leaves_only_the_file(panels, tmp_path):
    target = comparison_figure(panels, [EYE], FigureOptions(dpi=60)).save(tmp_path / "new" / "figure.png")
    assert [path.name for path in target.parent.iterdir()] == ["figure.png"]


def test_svg_carries_the_letters_it_uses(panels):
    svg = comparison_figure(panels, [EYE], FigureOptions(layout="grid", dpi=100)).encode("svg").decode()
    faces = re.findall(r"font-family: '([^']+)'; font-weight: (\d+); src: url\(data:font/ttf;base64,", svg)
    assert ("STIXGeneral", "400") in faces
    assert ("STIXGeneral", "700") in faces
    assert len(svg) < 400_000


@pytest.mark.parametrize(("height", "width"), [(96, 128), (128, 96), (96, 400), (400, 96)])
@pytest.mark.parametrize("count", [1, 2, 4])
def test_the_overview_is_the_whole_picture_in_its_shape(height, width, count):
    pixels = np.zeros((height, width, 3), np.uint8)
    panels = tuple(Panel(f"Variant {i}", pixels) for i in range(count))
    scene = overview_scene(panels, panels[0], (Region(8, 8, 24, 24),), FigureOptions(dpi=100))
    overview = scene.items[0]
    assert overview.pixels is pixels
    assert overview.width / overview.height == pytest.approx(width / height, rel=0.05)
    assert overview.y >= 0
    assert overview.y + overview.height <= scene.height


def test_no_name_of_overlapping_regions_hides_another(panels):
    same = (EYE, EYE, Region(EYE.x, EYE.y, 30, 20), Region(0, 0, 2, 2), Region(0, 0, 2, 2))
    scene = overview_scene(tuple(panels), panels[1], same, FigureOptions(dpi=100))
    chips = [item for item in scene.items if isinstance(item, Box) and item.fill][: len(same)]
    for one, other in combinations(chips, 2):
        apart_across = one.x + one.width <= other.x or other.x + other.width <= one.x
        assert apart_across or one.y + one.height <= other.y or other.y + other.height <= one.y
