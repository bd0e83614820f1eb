"""Why there is no number."""

from qdit4sr_core.metrics.reasons import TEXTS, NotAvailable, Reason


def test_every_reason_has_a_text():
    assert set(TEXTS) == set(Reason)


def test_the_text_is_translated_before_its_detail_is_put_in():
    why = NotAvailable(Reason.REGION_TOO_SMALL, "96")
    assert str(why) == "n/a: region under 96 px"
    german = {"region under {detail} px": "Bereich unter {detail} px"}
    assert why.sentence(german.__getitem__) == "Bereich unter 96 px"


def test_details_may_hold_braces():
    assert NotAvailable(Reason.OTHER, "{0} {detail}").sentence() == "{0} {detail}"
