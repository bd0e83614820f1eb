import json
import math

import pytest

from qdit4sr_core.strict_json import json_bytes, read_json


def test_infinities_are_text_and_nan_is_null() -> None:
    values = {"a": math.inf, "b": [-math.inf, math.nan, (1.5, 2)], "c": {"d": None}}
    data = json_bytes(values)
    assert read_json(data) == {"a": "inf", "b": ["-inf", None, [1.5, 2]], "c": {"d": None}}


@pytest.mark.parametrize("name", ["caf\udce9", "a\u2028b", 'q"\\', "\x00\x1f", "日本"])
def test_every_file_name_comes_back(name: str) -> None:
    data = json_bytes({"name": name})
    assert data.decode("utf-8").count("\n") == 0
    assert read_json(data) == json.loads(data) == {"name": name}


MANY = "[" * 100_000, "[1" + "0" * 400 + "]"


@pytest.mark.parametrize("text", ["Infinity", "[NaN]", "{", "", "-1e999", *MANY])
def test_what_is_no_strict_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (the reason is json's)
        read_json(text)
