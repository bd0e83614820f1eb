import pytest
from PySide6.QtGui import QFont, QFontMetricsF

from qdit4sr_gui.views.decorations import few_lines, wrapped

LINE = "PSNR 29.49 dB, added 4.8 dB · 1 min 28 s (int8), 3.6 MB"


@pytest.fixture
def metrics(qapp):
    return QFontMetricsF(QFont())


def test_a_line_that_fits_is_one(metrics):
    assert wrapped(LINE, metrics, metrics.horizontalAdvance(LINE) + 1) == [LINE]
    assert wrapped("", metrics, 100) == []


def test_parts_come_on_lines_of_their_own_before_words_are_split(metrics):
    assert wrapped(LINE, metrics, metrics.horizontalAdvance(LINE) - 1) == LINE.split(" · ")


def test_in_a_small_pane_every_part_has_one_line_at_most(metrics):
    narrow = metrics.horizontalAdvance("PSNR 29.49 dB, add…")
    assert len(wrapped(LINE, metrics, narrow)) > 2
    lines = few_lines(LINE, metrics, narrow, 2)
    assert [line[:4] for line in lines] == ["PSNR", "1 mi"]
    assert all(line.endswith("…") and metrics.horizontalAdvance(line) <= narrow for line in lines)
    assert len(few_lines(LINE, metrics, narrow, 1)) == 1


def test_a_sentence_is_never_cut(metrics):
    sentence = "against Full precision: worst: 7.6 dB of false grain added"
    assert " ".join(few_lines(sentence, metrics, 80, 1)) == sentence


@pytest.mark.parametrize(
    "sentence",
    [
        "最差：增加 10.3 dB 假颗粒；平均增加（全图）5.3 dB，损失 0.1 dB。",
        "，SVDQuant (g64, GPTQ) W4A4：“内核”",
    ],
)
def test_chinese_breaks_between_characters_but_not_before_punctuation(metrics, sentence):
    for width in (40, 60, 90, 200):
        lines = wrapped(sentence, metrics, width)
        assert "".join(lines).replace(" ", "") == sentence.replace(" ", "")
        assert not [line for line in lines[1:] if line[0] in "，。；：）”"]
        assert not [line for line in lines if line[-1] in "（“"]
    assert len(wrapped(sentence, metrics, 90)) > 1


@pytest.mark.parametrize("sentence", ["on average 5.3 dB added, 0.0 dB lost", "平均增加 5.3 dB，丢失 0.0 dB"])
def test_a_number_and_its_unit_stay_on_one_line(metrics, sentence):
    for width in range(40, 300, 3):
        assert not [line for line in wrapped(sentence, metrics, width) if line.lstrip().startswith("dB")]
