import pytest

from qdit4sr_gui.widgets.stacked_heading import stacked_heading


@pytest.mark.parametrize(
    ("text", "stacked"),
    [
        ("PSNR ↑", "PSNR ↑"),
        ("SSIM-Y ↑", "SSIM-Y ↑"),
        ("ST-LPIPS ↓", "ST-LPIPS\n↓"),
        ("Bits/block weight", "Bits/block\nweight"),
        ("Bits/weight", "Bits/\nweight"),
        ("Texture lost ↓", "Texture\nlost ↓"),
        ("Bits a weight", "Bits a\nweight"),
        ("Energy to HR →1", "Energy\nto HR →1"),
        ("丢失的纹理 ↓", "丢失的\n纹理 ↓"),
    ],
)
def test_headings_break_where_they_are_narrowest_and_arrows_stay(text, stacked):
    assert stacked_heading(text) == stacked
