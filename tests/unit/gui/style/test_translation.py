"""Every text of the window has a Chinese translation with the same placeholders, and Qt uses it."""

import ast
import re
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QLabel

import qdit4sr_gui
from qdit4sr_core import image_decoding, images
from qdit4sr_gui.app import create_application
from qdit4sr_gui.commands import menus
from qdit4sr_gui.commands.discovery import commands_in
from qdit4sr_gui.commands.registry import Menu
from qdit4sr_gui.commands.shortcut_sheet import GESTURES
from qdit4sr_gui.state.presets import BUILT_IN_PRESETS
from qdit4sr_gui.style.translation import CONTEXT, install_language, read_catalogue, tr


def texts_in_source():
    """String literals given to `tr`."""
    found = set()
    for path in Path(qdit4sr_gui.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name == "tr" and "views" not in path.parts:
                    found.add(node.args[0].value)
    return found


def test_nothing_is_left_untranslated():
    catalogue = {text for context, text in read_catalogue("zh") if context == CONTEXT}
    wanted = texts_in_source() | {
        text for made in commands_in(menus) for text in (made.text, made.tip, made.also)
    }
    wanted |= {menu.value for menu in Menu} | {preset.title for preset in BUILT_IN_PRESETS}
    wanted |= {text for gesture in GESTURES for text in gesture}
    assert sorted(wanted - {""} - catalogue) == []


def test_what_the_core_and_the_views_say_is_translated():
    from qdit4sr_core.evaluate.columns import COSTS
    from qdit4sr_core.figures.layouts.overview_left import NO_OVERVIEW
    from qdit4sr_core.metrics.reasons import PATTERN
    from qdit4sr_core.metrics.reasons import TEXTS as REASONS
    from qdit4sr_core.metrics.registry import METRICS
    from qdit4sr_core.metrics.reveal_text import SENTENCES
    from qdit4sr_core.models.findings import TEXTS as FINDINGS
    from qdit4sr_core.models.findings import Code, Subject
    from qdit4sr_core.progress import DURATIONS
    from qdit4sr_core.progress import TEXTS as ACTIVITIES
    from qdit4sr_core.quantize.methods import METHODS
    from qdit4sr_gui.state.glossary import TERMS
    from qdit4sr_gui.views.difference import KINDS, SUMMARIES
    from qdit4sr_gui.views.difference_maps import NO_ROOM

    catalogue = set(read_catalogue("zh"))
    wanted = {(CONTEXT, metric.measures) for metric in METRICS.values()}
    wanted |= {(CONTEXT, column.title) for column in COSTS if len(column.title) > 1}
    wanted |= {(CONTEXT, metric.label) for metric in METRICS.values() if " " in metric.label}
    wanted |= {(CONTEXT, text) for text in (*SENTENCES, *DURATIONS, PATTERN)}
    wanted.add((CONTEXT, NO_OVERVIEW))
    wanted |= {(CONTEXT, text) for text in ACTIVITIES.values()}
    wanted |= {(CONTEXT, text) for text in REASONS.values() if text != "{detail}"}
    wanted |= {(CONTEXT, subject.value) for subject in Subject}
    wanted |= {(CONTEXT, FINDINGS[c]) for c in Code if c not in (Code.PROBLEM, Code.NAME_BASE)}
    wanted |= {(CONTEXT, spec.summary) for spec in METHODS.values() if spec.summary}
    wanted |= {
        ("difference", text) for kind in KINDS.values() for text in (kind.label, kind.explanation, *kind.ends)
    }
    wanted.discard(("difference", ""))
    wanted |= {("difference", text) for text in (*SUMMARIES.values(), NO_ROOM)}
    wanted |= texts_of_the_views()
    for term in TERMS:
        wanted |= {(CONTEXT, text) for text in (term.word, term.meaning, term.caption) if text}
    assert sorted(wanted - catalogue) == []


def test_what_is_told_of_a_photo_that_was_opened_is_translated():
    catalogue = {text for context, text in read_catalogue("zh") if context == CONTEXT}
    found = set()
    for module in (images, image_decoding):
        for node in ast.walk(ast.parse(Path(module.__file__).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "notes.append":
                found |= {text.value for text in node.args if isinstance(text, ast.Constant)}
    assert len(found) > 10
    assert sorted(found - catalogue) == []


def test_the_file_dialog_has_no_english_left(application):
    install_language(application, "zh")
    dialog = QFileDialog()
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    labels = [label.text() for label in dialog.findChildren(QLabel)]
    assert len(labels) == 3
    assert [text for text in labels if not re.search("[\u4e00-\u9fff]", text)] == []


def texts_of_the_views():
    """(Class, text) of every `self.tr("text")` in the views."""
    found = set()
    for path in (Path(qdit4sr_gui.__file__).parent / "views").glob("*.py"):
        for owner in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(owner, ast.ClassDef):
                continue
            for node in ast.walk(owner):
                if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "tr":
                    found.add((owner.name, node.args[0].value))
    return found


def test_access_keys_are_the_same_in_every_language():
    key = re.compile("&([^&])")
    keyed = {s: t for (_, s), t in read_catalogue("zh").items() if key.search(s) and "&&" not in s}
    assert len(keyed) > 50
    assert [s for s, t in keyed.items() if key.findall(t) != [key.findall(s)[0].upper()]] == []


def test_placeholders_survive():
    for (_, source), translation in read_catalogue("zh").items():
        assert sorted(re.findall(r"{[^}]*}", source)) == sorted(re.findall(r"{[^}]*}", translation)), source


@pytest.fixture
def application(qapp):
    yield create_application()
    install_language(qapp, "en")


def test_the_language_can_be_chosen(application):
    install_language(application, "zh")
    assert tr("Photos") == "照片"
    assert tr("{time} left", time="3 s") == "剩余 3 s"
    assert tr("not in the catalogue") == "not in the catalogue"
    assert application.translate("QPlatformTheme", "Cancel") == "取消"
    assert application.translate("Elsewhere", "Cancel") == "Cancel"
    install_language(application, "en")
    assert tr("Photos") == "Photos"
    assert application.translate("QPlatformTheme", "Cancel") == "Cancel"


HALF_WIDTH = re.compile(r"[\u4e00-\u9fff] ?[,;:!?]|[,;:] ?[\u4e00-\u9fff]")
"""A comma, colon or the like of Latin text next to a Chinese character."""


def test_punctuation_beside_chinese_characters_is_chinese():
    assert [text for text in read_catalogue("zh").values() if HALF_WIDTH.search(text)] == []


def test_sentences_put_together_have_chinese_punctuation_too(application):
    from qdit4sr_core.metrics.reasons import NotAvailable, Reason
    from qdit4sr_core.metrics.regions import Region
    from qdit4sr_core.metrics.reveal import Change, Place
    from qdit4sr_core.metrics.reveal_text import place_sentence
    from qdit4sr_core.progress import Activity, Phase
    from qdit4sr_gui.panels.status import estimate_text, progress_text
    from qdit4sr_gui.state.messages import RunProgress

    install_language(application, "zh")
    changes = (Change("a", 6.1, 0.6, 2.0), Change("b", -1.7, 0.9, 1.0))
    place = Place(Region(0, 0, 96, 96), changes, 2.0)
    step = Activity(Phase.SAMPLING, 3, 12)
    run = RunProgress(1, "fp", "Full precision", 3, 12, step, 0.0, 100.0, 130.0, 2, 3)
    texts = [
        place_sentence(place, {"a": "RTN", "b": "GPTQ"}, tr),
        NotAvailable(Reason.NO_FULL_PRECISION).text(tr),
        progress_text(run),
        estimate_text(130.0, 10**9),
    ]
    assert [text for text in texts if HALF_WIDTH.search(text) or " min" in text] == []
    assert progress_text(run).startswith("第 2 张，共 3 张，全精度，第 3 步，共 12 步，剩余 1 分 40 秒")
