"""Why there is no number."""

from qdit4sr_core.errors import RegionError
from qdit4sr_core.metrics.reasons import TEXTS, NotAvailable, NoValueError, Reason, why_of


def test_every_reason_has_a_text():
    assert set(TEXTS) == set(Reason)


def test_the_text_is_translated_before_its_detail_is_put_in():
    why = NotAvailable(Reason.REGION_TOO_SMALL, "96")
    assert str(why) == "n/a: region under 96 px"
    german = {"region under {detail} px": "Bereich unter {detail} px"}
    assert why.sentence(german.__getitem__) == "Bereich unter 96 px"


def test_details_may_hold_braces():
    assert NotAvailable(Reason.OTHER, "{0} {detail}").sentence() == "{0} {detail}"


def test_a_file_keeps_code_and_detail_and_older_files_the_sentence():
    why = NotAvailable(Reason.REGION_TOO_SMALL, "96")
    assert why.to_json()["text"] == str(why)
    assert NotAvailable.from_json(why.to_json()) == why
    older = NotAvailable.from_json(str(why))
    assert (older.reason, str(older)) == (Reason.OTHER, str(why))
    assert str(NotAvailable.from_json({"code": "of another version", "text": "n/a: new"})) == "n/a: new"


def test_an_error_gives_its_reason():
    assert why_of(NoValueError(Reason.UNDEFINED, "LPIPS")) == NotAvailable(Reason.UNDEFINED, "LPIPS")
    assert why_of(RegionError("outside")).sentence() == "outside"
