"""A session file that somebody edited by hand: one sentence says what is wrong, and the rest opens."""

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qdit4sr_core.errors import SessionError
from qdit4sr_core.session import load_session, save_session
from qdit4sr_core.session.writing import session_to_json
from tests.unit.test_session import a_session, document_with, rewritten

from .waiting import rest, wait_until

VALUES: list[Any] = [
    "\0", "~nobody-of-this-name", "x" * 5000, None, True, -1, 10**30, -1e308, [], [1], ["a", "a"],
    {}, {"seed": [1]}, {"new": {"b": 1}},
]  # fmt: skip
"""Every kind of value, in and out of range."""
DOCUMENT = session_to_json(a_session(), Path())


def places(item: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place within an item, and its own; of a list the first part stands for all."""
    yield place
    if isinstance(item, dict):
        for key, value in item.items():
            yield from places(value, (*place, key))
    elif isinstance(item, list) and item:
        yield from places(item[0], (*place, 0))


def edited(place: tuple[Any, ...], value: Any) -> Any:
    """The document's part under the first key of `place`, with another value there."""
    whole = {place[0]: copy.deepcopy(DOCUMENT[place[0]])}
    item: Any = whole
    for key in place[:-1]:
        item = item[key]
    item[place[-1]] = value
    return whole[place[0]]


@pytest.fixture
def opened(window, tmp_path):
    """Open a session with other values in its document; None, or the sentence by which it is refused."""
    source = save_session(a_session(), tmp_path / "whole.qdit4sr")

    def open_edited(**values: Any) -> str | None:
        target = rewritten(source, tmp_path / "edited.qdit4sr", document_with(**values))
        window.failures.clear()
        try:
            load_session(target)
        except SessionError as error:
            return str(error)
        window.exports.open_session(target)
        wait_until(lambda: not window.tasks.busy and not window.measure.busy)
        rest(0)
        return None

    return open_edited


@pytest.mark.parametrize("key", [key for key in DOCUMENT if key != "figure"])  # which no window shows
def test_any_value_of_any_field_is_one_sentence_and_the_rest_opens(window, opened, key):
    for place in places(DOCUMENT[key], (key,)):
        for value in VALUES:
            what = f"{place} is {str(value)[:40]!r}"
            refused = opened(**{key: edited(place, value)})
            if refused is not None:
                assert "\n" not in refused, what
                continue
            assert len(window.failures) <= 1, what
            assert all("\n" not in told and len(told) < 400 for told in window.failures), what
            empty = place == ("photos",)
            assert [photo.name for photo in window.workspace.photos] or empty, what


def test_what_was_left_out_is_named(window, opened):
    sampling = {"steps": [1], "seed": 5, "speed": 2, "tile": 16, "overlap": 2**70}
    assert opened(sampling=sampling) is None
    (told,) = window.failures
    assert all(f"setting '{name}'" in told for name in ("steps", "speed", "overlap"))
    assert dict(window.workspace.settings) == {"seed": 5, "tile": 16}
    photo = window.workspace.photo()
    assert window.workspace.pixels(photo, "rtn-w4a4") is not None


def test_pictures_of_another_size_are_left_out(window, opened):
    photos = copy.deepcopy(DOCUMENT["photos"])
    small = photos[0]["image"]["copy"]
    photos[0]["results"][1]["image"] = photos[0]["truth"]["copy"] = small
    assert opened(photos=photos) is None
    (told,) = window.failures
    assert "size of the result 'RTN W4A4'" in told
    assert "size of the ground truth 'cat-hr.png'" in told
    photo = window.workspace.photo()
    assert photo.reference is None
    assert window.workspace.pixels(photo, "fp") is not None
    assert window.workspace.pixels(photo, "rtn-w4a4") is None


@pytest.mark.parametrize("model", ["~nobody-of-this-name", "x" * 5000, "\0"])
def test_a_model_that_can_be_no_folder_is_as_one_that_is_gone(window, opened, model):
    assert opened(model=model) is None
    assert window.failures == []
    assert window.preferences.value.model == ""
