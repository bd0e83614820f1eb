import pytest

from qdit4sr_gui.widgets.stacked_heading import stacked_heading


@pytest.mark.parametrize(
    ("text", "stacked"),
    [
        ("PSNR ↑", "PSNR ↑"),
        ("ST-LPIPS ↓", "ST-LPIPS ↓"),
        ("Texture lost ↓", "Texture\nlost ↓"),
        ("Bits a weight", "Bits a\nweight"),
        ("Energy to HR →1", "Energy\nto HR →1"),
    ],
)
def test_headings_break_where_they_are_narrowest_and_arrows_stay(text, stacked):
    assert stacked_heading(text) == stacked
