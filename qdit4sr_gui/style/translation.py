"""Texts of the window in the user's language, through Qt's translation system.

The catalogues are Qt Linguist files (`.ts`) read when the program starts, so no compiled copy can go stale.
Every text of the window goes through `tr`; a missing translation falls back to the English text.
"""

from collections.abc import Iterable
from importlib.resources import files
from xml.etree import ElementTree

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QTranslator

CONTEXT = "Studio"
LANGUAGES = {"en": "English", "zh": "中文"}
_CATALOGUES = {"zh": "qdit4sr_zh.ts"}
_QT_CATALOGUES = {"zh": "qtbase_zh_CN"}
QT_TEXTS = "texts of Qt"


def tr(text: str, **values: object) -> str:
    """The text in the current language, with `{name}` places filled from `values`."""
    translated = QCoreApplication.translate(CONTEXT, text)
    return translated.format(**values) if values else translated


def listed(parts: Iterable[str]) -> str:
    """One after the other, with the comma of the current language."""
    return tr(", ").join(parts)


def said_of(what: str, why: str) -> str:
    """ "what: why", with the colon of the current language."""
    return tr("{what}: {why}", what=what, why=why)


class CatalogueTranslator(QTranslator):
    """A translator that answers from a dictionary of source text to translation."""

    def __init__(self, texts: dict[tuple[str, str], str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._texts = texts

    def isEmpty(self) -> bool:
        """Qt skips a translator that says it is empty."""
        return not self._texts

    def translate(
        self,
        context: str,
        sourceText: str,
        disambiguation: str | None = None,  # noqa: ARG002
        n: int = -1,  # noqa: ARG002
    ) -> str | None:
        """The translation, or None, which Qt takes as `not mine` (an empty text would be shown as such)."""
        return self._texts.get((context, sourceText))


def read_catalogue(language: str) -> dict[tuple[str, str], str]:
    """(Context, source text) to finished translation; empty for English and unknown languages."""
    file = _CATALOGUES.get(language)
    if file is None:
        return {}
    text = (files("qdit4sr_resources") / "translations" / file).read_text(encoding="utf-8")
    texts = {}
    for context in ElementTree.fromstring(text).iterfind("context"):
        name = context.findtext("name", "")
        for message in context.iterfind("message"):
            translation = message.find("translation")
            if translation is not None and translation.get("type") != "unfinished" and translation.text:
                texts[(name, message.findtext("source", ""))] = translation.text
    return texts


def system_language() -> str:
    """The language of the user's system, "en" where we have no texts for it."""
    language = QLocale.system().name().split("_")[0]
    return language if language in LANGUAGES else "en"


def install_language(application: QCoreApplication, language: str) -> None:
    """Use a language ("en", "zh", or "" for the system's) for all texts made from now on."""
    for old in application.findChildren(CatalogueTranslator):
        application.removeTranslator(old)
        old.deleteLater()
    language = language or system_language()
    for brought in application.findChildren(QTranslator, QT_TEXTS):
        application.removeTranslator(brought)
        brought.deleteLater()
    if language in _QT_CATALOGUES:  # OK, Cancel and the other texts that Qt brings along
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        own = QTranslator(application)
        own.setObjectName(QT_TEXTS)
        if own.load(_QT_CATALOGUES[language], folder):
            application.installTranslator(own)
    texts = read_catalogue(language)
    if texts:
        application.installTranslator(CatalogueTranslator(texts, application))
