"""What a long call reports: phases with one text each, in any language."""

import string

import pytest

from qdit4sr_core.progress import TEXTS, Activity, Phase, phase_of, text_of


def test_every_phase_has_a_text_of_its_own_with_known_places():
    assert set(TEXTS) == set(Phase)
    assert len(set(TEXTS.values())) == len(TEXTS)
    places = {name for text in TEXTS.values() for _, name, _, _ in string.Formatter().parse(text) if name}
    assert places <= {"number", "count", "name"}


@pytest.mark.parametrize(
    ("activity", "text"),
    [
        (Activity(Phase.SAMPLING, 3, 12), "step 3 of 12"),
        (Activity(Phase.DOWNLOADING, name="a {b}.pth"), "downloading a {b}.pth"),
        (Activity(Phase.DECODING), "decoding"),
    ],
)
def test_an_activity_says_what_it_is_at(activity, text):
    assert str(activity) == activity.text() == text_of(activity) == text


def test_a_translation_keeps_the_numbers():
    german = {"step {number} of {count}": "Schritt {number} von {count}"}
    assert text_of(Activity(Phase.SAMPLING, 3, 12), lambda text: german[text]) == "Schritt 3 von 12"


def test_words_alone_tell_no_phase_however_they_begin():
    assert phase_of(Activity(Phase.ENCODING)) is Phase.ENCODING
    assert phase_of("encoding.png") is None
    assert text_of("encoding.png", str.upper) == "encoding.png"
