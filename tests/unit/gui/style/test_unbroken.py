import pytest

from qdit4sr_gui.style.unbroken import unbroken


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("RTN W4A4 adds 6.1 dB here", "RTN W4A4 adds 6.1~dB here"),
        ("PSNR 29.49 dB · 1 min 28 s (int8), 3.6 MB", "PSNR 29.49~dB · 1~min 28~s (int8), 3.6~MB"),
        ("99 % below −2.00 levels", "99~% below −2.00~levels"),
        ("平均增加 5.3 dB，丢失 <0.1 dB", "平均增加 5.3~dB，丢失 <0.1~dB"),
        ("W4A4 hardly, 3 steps", "W4A4 hardly, 3 steps"),
    ],
)
def test_numbers_keep_their_units(text, kept):
    assert unbroken(text).replace("\u00a0", "~") == kept
