import pytest

from qdit4sr_gui.style.unbroken import shown, unbroken


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
    assert shown(unbroken(text)) == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Q-DiT4SR W4A4, ViDiT-Q and Hadamard-GPTQ", "Q-~DiT4SR W4A4, ViDiT-~Q and Hadamard-~GPTQ"),
        ("high-frequency low-rank Q-diffusion 1-2", "high-frequency low-rank Q-diffusion 1-2"),
    ],
)
def test_names_of_methods_stay_whole(text, kept):
    assert unbroken(text).replace("\u2060", "~") == kept
    assert shown(unbroken(text)) == text
