import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from qdit4sr_core.errors import OutputError
from qdit4sr_core.figures import Panel
from qdit4sr_core.metrics.regions import Region
from qdit4sr_core.report.share_page import SharedPhoto, share_page, write_share_page

NASTY = '</script><img src=x onerror="alert(1)">&\u2028'


def photo(name: str = "cat.png") -> SharedPhoto:
    pixels = np.zeros((32, 48, 3), np.uint8)
    panels = (
        Panel("Full precision", pixels, role="reference"),
        Panel(NASTY, pixels + 9, {"psnr": 31.237, "ssim": "n/a"}),
    )
    return SharedPhoto(name, panels, (Region(4, 4, 8, 8),))


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def test_names_never_become_markup() -> None:
    text = share_page([photo(NASTY)], title=NASTY)
    tags = Tags()
    tags.feed(text)
    assert [tag for tag, _ in tags.found].count("script") == 2
    assert not any("onerror" in attributes for _, attributes in tags.found)
    data = re.search(r'id="data">(.*?)</script>', text, re.DOTALL)
    assert data is not None
    document = json.loads(data[1])
    assert document["photos"][0]["name"] == NASTY
    assert document["photos"][0]["pictures"][1]["label"] == NASTY
    assert document["photos"][0]["pictures"][1]["numbers"] == ["31.24", "n/a"]


def test_nothing_is_fetched() -> None:
    text = share_page([photo()])
    assert not re.search(r"""(?:src|href)=["']?(?!data:)[a-z]+:|url\(|@import|https?:|fetch\(""", text)
    assert "default-src 'none'" in text


def test_pictures_are_exact(tmp_path: Path) -> None:
    import base64
    import io

    from PIL import Image

    pixels = np.random.default_rng(0).integers(0, 256, (24, 24, 3), np.uint8)
    path = write_share_page(
        tmp_path / "page.html", [SharedPhoto("p", (Panel("a", pixels), Panel("b", pixels)))]
    )
    address = re.search(r"data:image/webp;base64,([^\"]+)", path.read_text(encoding="utf-8"))
    assert address is not None
    decoded = np.asarray(Image.open(io.BytesIO(base64.b64decode(address[1]))).convert("RGB"))
    assert np.array_equal(decoded, pixels)


def test_an_empty_page_is_refused() -> None:
    with pytest.raises(OutputError, match="no result to share"):
        share_page([SharedPhoto("p", ())])


@pytest.mark.parametrize(("width", "kind"), [(16_384, "jpeg"), (65_600, "png")])
def test_a_picture_longer_than_a_format_takes_gets_another_format(width: int, kind: str) -> None:
    panel = Panel("long", np.zeros((2, width, 3), np.uint8))
    assert f"data:image/{kind};base64," in share_page([SharedPhoto("strip", (panel,))])


@pytest.mark.skipif(shutil.which("node") is None, reason="no node to run the page's script")
def test_the_keys_of_the_page_do_what_it_says(tmp_path: Path) -> None:
    shades = [np.full((32, 48, 3), shade, np.uint8) for shade in (0, 9, 18)]
    panels = (Panel("FP", shades[0], role="reference"), Panel("RTN", shades[1]), Panel("GPTQ", shades[2]))
    page = tmp_path / "page.html"
    write_share_page(page, [SharedPhoto("cat.png", panels, ())])
    expected = {
        "": "FP|RTN|2083 %",
        "Numpad3": "FP|GPTQ|2083 %",
        "Shift+Digit2": "RTN|GPTQ|2083 %",
        " ": "GPTQ|RTN|2083 %",
        "B": "GPTQ|RTN|2083 %",
        "tick": "GPTQ|-|2083 %",  # blinking shows one picture, and its name alone
        "b": "GPTQ|RTN|2083 %",
        "0": "GPTQ|RTN|100 %",
        "F": "GPTQ|RTN|2083 %",
    }
    script = Path(__file__).with_name("page_without_browser.js")
    given = ["node", str(script), str(page), *list(expected)[1:]]
    told = subprocess.run(given, capture_output=True, text=True, check=True).stdout.splitlines()
    assert told == list(expected.values())
