"""Text is legible on its background in both themes (WCAG contrast)."""

import pytest
from PySide6.QtGui import QColor, QPalette

from qdit4sr_gui.style.theme import accent, is_dark, palette_for


def luminance(colour: QColor) -> float:
    def linear(value):
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    return sum(w * linear(v) for w, v in zip((0.2126, 0.7152, 0.0722), colour.getRgbF()[:3], strict=True))


def contrast(a, b):
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", ["dark", "light"])
def test_contrast(qapp, name):
    palette = palette_for(name)
    role = QPalette.ColorRole
    pairs = [(role.WindowText, role.Window), (role.Text, role.Base), (role.ButtonText, role.Button)]
    pairs += [(role.HighlightedText, role.Highlight), (role.PlaceholderText, role.Base)]
    pairs += [(role.PlaceholderText, role.Window)]
    for text, ground in pairs:
        assert contrast(palette.color(text), palette.color(ground)) >= 4.5, (text, ground)
    for meaning in ("best", "second", "warning", "error"):
        assert contrast(accent(palette, meaning), palette.color(role.Base)) >= 4.5, meaning
    assert is_dark(palette) is (name == "dark")
