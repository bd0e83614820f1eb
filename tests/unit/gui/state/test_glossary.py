"""Words are found where they stand, and each picture of the page is there."""

from importlib.resources import files

from qdit4sr_gui.state.glossary import TERMS, explained


def words(text):
    return [term.word for term in explained(text)]


def test_a_label_is_taken_apart_into_its_words():
    assert words("RTN W4A4") == ["W4A4", "RTN"]
    assert words("QuaRot-style (GPTQ) W3A8") == ["W4A4", "Rotation"]
    assert words("8 s (simulated), 6.3 MB") == ["Simulated"]
    assert words("Input (LR)") == []


def test_every_term_finds_its_own_word_and_has_its_picture():
    for term in TERMS:
        assert term in explained(term.word if term.word != "Full precision" else "full precision")
        assert bool(term.picture) == bool(term.caption)
        if term.picture:
            assert (files("qdit4sr_resources") / "help" / term.picture).is_file()
