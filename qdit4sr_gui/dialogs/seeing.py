"""\"What am I seeing?\": the program's words explained, with pictures made by it."""

from __future__ import annotations

from html import escape
from importlib.resources import files

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTextBrowser, QVBoxLayout, QWidget

from qdit4sr_gui.state.glossary import TERMS, Term
from qdit4sr_gui.style.translation import tr
from qdit4sr_gui.widgets.controls import name_control, without_icons

TITLE = "What am I seeing?"
PICTURE_WIDTH = 660


class SeeingPage(QDialog):
    """The page behind Help, What am I seeing?"""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr(TITLE))
        self.resize(740, 640)
        self.text = QTextBrowser()
        for term in TERMS:
            if term.picture:
                place = QUrl(f"help:{term.picture}")
                self.text.document().addResource(
                    QTextDocument.ResourceType.ImageResource.value,
                    place,
                    picture(term, self.devicePixelRatioF()),
                )
        self.text.setHtml(page_html())
        name_control(self.text, tr(TITLE))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        without_icons(buttons)
        layout = QVBoxLayout(self)
        layout.addWidget(self.text)
        layout.addWidget(buttons)


def picture(term: Term, ratio: float = 1.0) -> QImage:
    """The picture of a term, `PICTURE_WIDTH` logical pixels wide where one is `ratio` dots."""
    data = (files("qdit4sr_resources") / "help" / term.picture).read_bytes()
    dots = round(PICTURE_WIDTH * ratio)
    made = QImage.fromData(data).convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    made = made.scaledToWidth(dots, Qt.TransformationMode.SmoothTransformation)
    made.setDevicePixelRatio(ratio)
    return made


def page_html() -> str:
    """An introduction, then every term with its picture."""
    intro = tr(
        "Every pane shows the same photo, enlarged four times from the same noise. They differ only in how "
        "many bits the model was left with, and in how it was squeezed into them. After a run the window "
        "goes to the place where they differ most: N shows the next one, Shift+N brings back the view "
        "from before the first. Hold Space to see the reference in place, press B to blink, D for the map of "
        "texture change."
    )
    return f"<p>{escape(intro)}</p>" + "".join(_section(term) for term in TERMS)


def _section(term: Term) -> str:
    shown = f"<h3>{escape(tr(term.word))}</h3><p>{escape(tr(term.meaning))}</p>"
    if term.picture:
        shown += f'<p><img src="help:{term.picture}" width="{PICTURE_WIDTH}"></p>'
        shown += f"<p><i>{escape(tr(term.caption))}</i></p>"
    return shown
