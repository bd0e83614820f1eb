"""Shuffling, ranking and the answer of a blind test."""

from qdit4sr_gui.state.blind_test import BlindTest, agreeing_pairs, answer

KEYS = ("fp", "rtn", "svd", "q")


def test_the_same_seed_shuffles_alike_and_nothing_is_lost():
    first = BlindTest.shuffled(KEYS, seed=3)
    assert first == BlindTest.shuffled(KEYS, seed=3)
    assert sorted(first.keys) == sorted(KEYS)
    assert len({BlindTest.shuffled(KEYS, seed=n).keys for n in range(20)}) > 5


def test_pictures_are_ranked_by_clicks_and_taken_out_again():
    test = BlindTest(KEYS)
    for number in (4, 1, 2, 3):
        assert not test.complete
        test = test.toggled(number)
    assert test.complete
    assert test.order() == ("q", "fp", "rtn", "svd")
    assert test.toggled(1).ranking == (4, 2, 3)


def test_the_answer_has_a_row_a_picture_and_can_be_kept():
    test = BlindTest(("b", "a"), (2, 1))
    found = answer(test, {"a": "Alpha, 4 bits", "b": "Beta"}, ("PSNR",), {"a": ("40.1",), "b": ("25.0",)})
    assert found.rows == (("1", "2", "Alpha, 4 bits", "40.1"), ("2", "1", "Beta", "25.0"))
    assert found.as_csv().splitlines() == [
        "place,picture,variant,PSNR",
        '1,2,"Alpha, 4 bits",40.1',
        "2,1,Beta,25.0",
    ]


def test_agreement_counts_pairs_of_different_quality():
    quality = {"fp": float("inf"), "rtn": 25.0, "q": 41.0, "svd": 41.0}
    assert agreeing_pairs(("fp", "q", "svd", "rtn"), quality) == (5, 5)
    assert agreeing_pairs(("rtn", "q", "svd", "fp"), quality) == (0, 5)
    assert agreeing_pairs(("x", "rtn"), quality) == (0, 0)


def test_the_order_is_never_the_one_shown_before():
    for count in (3, 4):
        keys = KEYS[:count]
        assert all(BlindTest.shuffled(keys, seed=n).keys != keys for n in range(30))
    assert BlindTest.shuffled(KEYS[:1], seed=0).keys == KEYS[:1]


def test_of_two_pictures_the_order_tells_nothing():
    assert {BlindTest.shuffled(KEYS[:2], seed=n).keys for n in range(30)} == {KEYS[:2], KEYS[1::-1]}
