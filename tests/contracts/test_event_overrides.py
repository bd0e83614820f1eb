"""No widget overrides `event`: PySide can end the process where a handler under such an override raises."""

import importlib
import pkgutil

from PySide6.QtWidgets import QWidget

import qdit4sr_gui


def all_below(kind: type) -> set[type]:
    return {kind, *(deeper for one in kind.__subclasses__() for deeper in all_below(one))}


def test_no_widget_of_the_program_overrides_event() -> None:
    for found in pkgutil.walk_packages(qdit4sr_gui.__path__, "qdit4sr_gui."):
        if not found.name.endswith("__main__"):
            importlib.import_module(found.name)
    own = [kind for kind in all_below(QWidget) if kind.__module__.startswith("qdit4sr_gui.")]
    assert len(own) > 30
    assert [kind.__qualname__ for kind in own if "event" in vars(kind)] == []
