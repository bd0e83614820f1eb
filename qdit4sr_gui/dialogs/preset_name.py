"""Asks under which name the ticked variants are kept."""

from __future__ import annotations

from PySide6.QtWidgets import QInputDialog, QWidget

from qdit4sr_gui.style.translation import tr


def ask_preset_name(parent: QWidget, offered: str) -> str:
    """A name without line breaks; empty when the user gave up."""
    name, given = QInputDialog.getText(parent, tr("Save as preset"), tr("Name"), text=offered)
    return " ".join(name.split()) if given else ""
