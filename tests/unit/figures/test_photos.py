import dataclasses
import re

import numpy as np
import pytest

from qdit4sr_core.errors import FigureError, RegionError
from qdit4sr_core.figures import FigureOptions, Panel, PhotoPanels, comparison_figure, photos_figure
from qdit4sr_core.figures.columns import fitting_columns
from qdit4sr_core.metrics.regions import Region

OPTIONS = FigureOptions(layout="photos", dpi=72)


def texts(figure) -> list[str]:
    return [t.strip() for t in re.findall(r"<text[^>]*>([^<]*)</text>", figure.encode("svg").decode())]


def test_a_row_a_photo_with_an_empty_place(panels):
    photos = [
        PhotoPanels("cat", tuple(panels), Region(0, 0, 32, 32)),
        PhotoPanels("cup", tuple(panels[:3]), Region(16, 16, 32, 64)),
    ]
    figure = photos_figure(photos, OPTIONS)
    page = figure.render()
    width = (495 - 4 * 3) // 5
    assert page.shape[1] == 495
    assert page.shape[0] > 3 * width  # one square row, one twice as tall
    said = texts(figure)
    assert said.count("Q-DiT4SR W4A4") == 1
    assert {"cat", "cup"} <= set(said)
    # the second photo has no Q-DiT4SR: nothing but paper in its place
    corner = page[width + 60 : width + 60 + width, -width:]
    assert (corner == 255).all()


def test_the_difference_row_shows_what_differs(panels):
    photo = PhotoPanels("cat", tuple(panels), Region(0, 0, 48, 48))
    plain = photos_figure([photo], OPTIONS).render()
    options = dataclasses.replace(OPTIONS, difference=True, difference_gain=8)
    with_row = photos_figure([photo], options)
    width = (495 - 4 * 3) // 5
    assert with_row.render().shape[0] - plain.shape[0] == width + 3
    assert "difference × 8" in texts(with_row)


def test_panels_are_chosen_ordered_and_renamed(panels):
    options = FigureOptions(
        layout="grid", panels=("Q-DiT4SR W4A4", "RTN W4A4"), labels=(("RTN W4A4", "Baseline"),), dpi=72
    )
    said = texts(comparison_figure(panels, [Region(0, 0, 32, 32)], options))
    assert [t for t in said if t in {p.label for p in panels} | {"Baseline"}] == ["Q-DiT4SR W4A4", "Baseline"]
    with pytest.raises(FigureError, match="No picture is named 'X'"):
        comparison_figure(panels, [], dataclasses.replace(options, panels=("X",)))


def test_options_survive_a_session_file():
    import json

    options = FigureOptions(labels=(("a", "b"),), panels=("a",), photos=("p",), difference=True)
    assert FigureOptions.from_json(json.loads(json.dumps(options.to_json()))) == options


@pytest.mark.parametrize("wanted", [None, 3, 11])
@pytest.mark.parametrize("inches", [3.25, 5.5, 6.875, 12.0])
def test_no_crop_is_under_an_inch(wanted, inches):
    columns = fitting_columns(wanted, 11, inches * 72, 3.0)
    assert (inches * 72 - 3 * (columns - 1)) / columns >= 72
    assert columns <= (wanted or 11)


@pytest.mark.parametrize("layout", ["overview-left", "grid", "strip"])
@pytest.mark.parametrize("regions", [1, 3])
def test_eleven_variants_keep_an_inch_in_every_layout(layout, regions):
    rng = np.random.default_rng(3)
    many = [
        Panel(
            f"Variant {n}",
            rng.integers(0, 255, (64, 96, 3), np.uint8),
            role="reference" if n == 0 else "variant",
        )
        for n in range(11)
    ]
    places = [Region(8 * n, 4, 24, 24) for n in range(regions)]
    options = FigureOptions(layout=layout, dpi=72)
    figure = comparison_figure(many, places, options)
    svg = figure.encode("svg").decode()
    sides = [float(w) for w in re.findall(r"<image[^>]* width=\"([0-9.]+)\"", svg)]
    crops = sides if layout != "strip" else sides[:: regions + 1]
    assert len(sides) >= 11 * (regions if layout != "strip" else 1)
    assert min(crops) >= 69  # an inch less the frame


def test_a_region_outside_a_photo_names_it(panels):
    with pytest.raises(RegionError, match="cup"):
        photos_figure([PhotoPanels("cup", tuple(panels), Region(100, 0, 64, 64))], OPTIONS)
