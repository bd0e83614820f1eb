"""Dark and light colours of the window, following the system unless the user chose."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

THEMES = ("system", "dark", "light")

_DARK = {
    QPalette.ColorRole.Window: "#1f2124",
    QPalette.ColorRole.WindowText: "#e4e6e8",
    QPalette.ColorRole.Base: "#17181b",
    QPalette.ColorRole.AlternateBase: "#1c1e21",
    QPalette.ColorRole.Text: "#e4e6e8",
    QPalette.ColorRole.PlaceholderText: "#8b9096",
    QPalette.ColorRole.Button: "#2a2d31",
    QPalette.ColorRole.ButtonText: "#e4e6e8",
    QPalette.ColorRole.BrightText: "#ff7b72",
    QPalette.ColorRole.Highlight: "#2f6fb3",
    QPalette.ColorRole.HighlightedText: "#ffffff",
    QPalette.ColorRole.Link: "#6cb1f5",
    QPalette.ColorRole.ToolTipBase: "#2f3338",
    QPalette.ColorRole.ToolTipText: "#e4e6e8",
    QPalette.ColorRole.Light: "#3b3f45",
    QPalette.ColorRole.Midlight: "#33373c",
    QPalette.ColorRole.Mid: "#3a3e44",
    QPalette.ColorRole.Dark: "#131416",
    QPalette.ColorRole.Shadow: "#000000",
}
_LIGHT = {
    QPalette.ColorRole.Window: "#f3f4f6",
    QPalette.ColorRole.WindowText: "#1c1e21",
    QPalette.ColorRole.Base: "#ffffff",
    QPalette.ColorRole.AlternateBase: "#f7f8fa",
    QPalette.ColorRole.Text: "#1c1e21",
    QPalette.ColorRole.PlaceholderText: "#676d74",
    QPalette.ColorRole.Button: "#e9ebee",
    QPalette.ColorRole.ButtonText: "#1c1e21",
    QPalette.ColorRole.BrightText: "#b3261e",
    QPalette.ColorRole.Highlight: "#2f6fb3",
    QPalette.ColorRole.HighlightedText: "#ffffff",
    QPalette.ColorRole.Link: "#1a5fa8",
    QPalette.ColorRole.ToolTipBase: "#ffffff",
    QPalette.ColorRole.ToolTipText: "#1c1e21",
    QPalette.ColorRole.Light: "#ffffff",
    QPalette.ColorRole.Midlight: "#eceef1",
    QPalette.ColorRole.Mid: "#c9cdd2",
    QPalette.ColorRole.Dark: "#a7acb2",
    QPalette.ColorRole.Shadow: "#80868c",
}
_DISABLED_TEXT = {"dark": "#70757b", "light": "#9aa0a6"}
_ACCENTS = {
    "dark": {"best": "#5fd38d", "second": "#e3c567", "warning": "#f0a35e", "error": "#ff7b72"},
    "light": {"best": "#12723c", "second": "#8a6400", "warning": "#9a4d00", "error": "#b3261e"},
}


_FIELD_OUTLINE, _DISABLED_FIELD_OUTLINE = "#5b6169", "#3f444a"
_DARK_FIELDS = f"""
QLineEdit {{ border: 1px solid {_FIELD_OUTLINE}; border-radius: 3px; padding: 1px 4px }}
QLineEdit {{ background: palette(base) }}
QLineEdit:focus {{ border-color: palette(highlight) }}
QLineEdit:disabled {{ border-color: {_DISABLED_FIELD_OUTLINE} }}
QAbstractSpinBox QLineEdit, QComboBox QLineEdit, QAbstractItemView QLineEdit {{ border: none; padding: 0 }}
"""
"""The style draws the frames of fields darker than the window, which nobody sees on a dark one."""


def field_outline(enabled: bool) -> QColor:
    """The frame of a field on a dark window."""
    return QColor(_FIELD_OUTLINE if enabled else _DISABLED_FIELD_OUTLINE)


def is_dark(palette: QPalette) -> bool:
    """True where text is brighter than the window behind it."""
    return palette.windowText().color().lightness() > palette.window().color().lightness()


def accent(palette: QPalette, role: str) -> QColor:
    """A colour with a meaning, legible on the palette: "best", "second", "warning" or "error"."""
    return QColor(_ACCENTS["dark" if is_dark(palette) else "light"][role])


def palette_for(name: str) -> QPalette:
    """The complete palette of the "dark" or "light" theme."""
    palette = QPalette()
    for role, colour in (_DARK if name == "dark" else _LIGHT).items():
        palette.setColor(role, QColor(colour))
    disabled = QColor(_DISABLED_TEXT[name])
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, disabled)
    return palette


def apply_theme(application: QApplication, theme: str) -> None:
    """Colour the whole program: "dark", "light", or "system" for what the desktop says now."""
    name = theme
    if theme == "system":
        name = "dark" if application.styleHints().colorScheme() == Qt.ColorScheme.Dark else "light"
    if application.style().objectName().lower() != "fusion":
        application.setStyle("Fusion")
    application.setPalette(palette_for(name))
    application.setStyleSheet(_DARK_FIELDS if name == "dark" else "")
