"""Tables and lines: whole in a file, fitted on a terminal, with nothing lost."""

from qdit4sr_core.text_table import fitted, fitted_table, markdown_table

HEADS = ["Variant", "PSNR to FP [dB] ↑", "SSIM to FP ↑", "Bits/block weight", "Time [s]"]
ROWS = [
    ["SVDQuant (g64, signed, GPTQ) W4A4", "45.63", "0.996", "4.563", "19.21"],
    ["RTN W4A4", "27.39", "0.801", "4.003", "21.07*"],
]


def test_a_table_lines_up() -> None:
    table = markdown_table(["Variant", "PSNR"], [["fp", "∞"], ["rtn-w4a4", "31.25"]])
    assert table.splitlines() == [
        "| Variant  |  PSNR |",
        "|----------|------:|",
        "| fp       |     ∞ |",
        "| rtn-w4a4 | 31.25 |",
    ]


def test_a_table_stays_whole_in_a_file_and_where_it_fits() -> None:
    whole = markdown_table(HEADS, ROWS)
    assert fitted_table(HEADS, ROWS, None) == whole
    assert fitted_table(HEADS, ROWS, 200) == whole


def test_headings_are_stacked_where_the_terminal_is_narrow() -> None:
    lines = fitted_table(HEADS, ROWS, 75).splitlines()
    assert max(map(len, lines)) <= 75
    assert lines[-1].split() == ["RTN", "W4A4", *ROWS[1][1:]]
    assert "" not in lines  # one part


def test_a_table_goes_on_below_itself_and_loses_nothing() -> None:
    text = fitted_table(HEADS, ROWS, 40)
    assert max(map(len, text.splitlines())) <= 40
    assert text.count("RTN W4A4") == len(text.split("\n\n")) > 1
    cells = " ".join([*HEADS, *ROWS[0], *ROWS[1]]).replace("/", "/ ")
    assert set(cells.split()) <= set(text.replace("/", "/ ").split())


def test_long_lines_are_broken_between_words_and_indented() -> None:
    line = "- Bits: size of the stored transformer with scales and branches."
    assert fitted([line], 40) == ["- Bits: size of the stored transformer", "  with scales and branches."]
    assert fitted([line], None) == [line]
    assert fitted(["psnr  ↑  ready and willing"], 18, hang=6) == ["psnr  ↑  ready and", "      willing"]
