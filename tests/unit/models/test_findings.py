"""What a check of a model folder finds: a text for each code, in any language."""

from pathlib import Path

import pytest

from qdit4sr_core.models.findings import TEXTS, Code, Finding, Remark, Subject
from qdit4sr_core.models.folder_check import FolderCheck


def test_every_code_has_a_text():
    assert set(TEXTS) == set(Code)


def test_remarks_follow_one_another_and_can_be_reworded():
    finding = Finding(Subject.VAE, "missing", (Remark(Code.NO_BASE), Remark(Code.NAME_BASE)))
    assert finding.detail().endswith("beside the model; give it with --base")
    assert finding.detail(lambda code: code.value) == "no_base; name_base"


def test_values_may_hold_braces():
    finding = Finding.of(Subject.TEXT, "missing", Code.PROBLEM, sentence="{folder} is not there.")
    assert finding.detail() == "{folder} is not there."


@pytest.mark.parametrize(("status", "usable"), [("ok", True), ("note", True), ("missing", False)])
def test_only_what_is_missing_keeps_a_model_from_running(status, usable):
    check = FolderCheck(Path("m"), (Finding.of(Subject.PRECISION, status, Code.BFLOAT16),))
    assert check.usable is usable
    assert check.to_dict()["usable"] is usable
    assert ("cannot" in check.text()) is not usable
