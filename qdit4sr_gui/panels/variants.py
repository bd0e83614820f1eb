"""The variants to run: presets, a ticked list, and a line to add one with its bits and options."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from qdit4sr_core.errors import VariantError
from qdit4sr_core.variant_text import FULL_PRECISION_TEXT, VariantText, label_of, read_options, read_variant
from qdit4sr_gui.state.method_catalogue import STARTING_CATALOGUE, WITHOUT_MODEL, MethodCatalogue
from qdit4sr_gui.state.presets import BUILT_IN_PRESETS, Preset
from qdit4sr_gui.style.translation import tr
from qdit4sr_gui.widgets.controls import fit_text, name_control, narrow
from qdit4sr_gui.widgets.explained import explaining_tip
from qdit4sr_gui.widgets.folding_row import FoldingRow
from qdit4sr_gui.widgets.tick_delegate import TickDelegate
from qdit4sr_gui.widgets.two_lines import TwoLines

_WITHOUT_BITS = tuple(entry.name for entry in WITHOUT_MODEL)


class VariantsPanel(QWidget):
    """Chooses what a run computes.

    `specsChanged` carries the ticked variants in order. Why a variant cannot be added stands under the
    options until they change.
    """

    specsChanged = Signal(tuple)
    gridWanted = Signal()
    """The user wants many methods and widths at once."""
    presetWanted = Signal()
    """The user wants to keep the list under a name."""
    presetsChanged = Signal(tuple)
    """Other presets of the user's own."""
    removed = Signal(str, int, bool)
    """A variant was taken out: its text, its row, whether it was ticked."""
    edited = Signal(tuple)
    """The list was added to, or a preset took its place: how it was, as (text, label, ticked)."""
    noted = Signal(str)
    """A sentence about what was asked for, which is there already."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._catalogue = STARTING_CATALOGUE
        self._presets: list[Preset] = list(BUILT_IN_PRESETS)
        self._own: tuple[Preset, ...] = ()
        self.preset = QComboBox()
        self.preset.activated.connect(self._choose_preset)
        narrow(self.preset, 6)
        name_control(self.preset, tr("Preset"), tr("A ready-made set of variants"))
        self.preset_menu = QToolButton()
        self.preset_menu.setText("⋯")
        self.preset_menu.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        name_control(self.preset_menu, tr("Own presets"), tr("Keep this list under a name, or forget a name"))
        menu = QMenu(self.preset_menu)
        menu.addAction(tr("Save as preset…")).triggered.connect(self.presetWanted)
        self._forget = menu.addAction(tr("Delete this preset"))
        self._forget.triggered.connect(self._forget_preset)
        self.preset_menu.setMenu(menu)
        self.list = QListWidget()
        self.list.setItemDelegate(TickDelegate(self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setDragDropMode(QListWidget.DragDropMode.InternalMove)
        self.list.itemChanged.connect(self._announce)
        self.list.model().rowsMoved.connect(self._announce)
        self.list.itemSelectionChanged.connect(self._load_editor)
        name_control(self.list, tr("Variants"), tr("Ticked variants are run. Drag to reorder."))
        self.method = QComboBox()
        narrow(self.method, 6)
        self.method.currentIndexChanged.connect(self._method_chosen)
        name_control(self.method, tr("Method"))
        self.weight_bits = _bits("W", range(2, 9), tr("Weight bits"))
        self.act_bits = _bits("A", (*range(2, 9), 16), tr("Activation bits"))
        self.options = QLineEdit()
        self.options.returnPressed.connect(self._add)
        name_control(self.options, tr("Options"), tr("name=value, separated by commas"))
        self.refusal = TwoLines()
        self.refusal.hide()
        self.options.textChanged.connect(self._forget_refusal)
        self.add_button = QPushButton(tr("Add"))
        self.add_button.clicked.connect(self._add)
        name_control(self.add_button, tr("Add this variant"))
        self.grid_button = QPushButton(tr("Add many…"))
        self.grid_button.clicked.connect(self.gridWanted)
        tip = tr("Tick many methods and widths at once")
        name_control(self.grid_button, tr("Add methods and widths"), tip)
        self.remove_button = QPushButton(tr("Remove"))
        self.remove_button.clicked.connect(self._remove)
        name_control(self.remove_button, tr("Remove the selected variant"))
        self._lay_out()
        self.set_catalogue(STARTING_CATALOGUE)
        self.set_specs(BUILT_IN_PRESETS[0].specs)

    def specs(self) -> tuple[str, ...]:
        """The ticked variants, in the order shown."""
        return tuple(
            str(item.data(Qt.ItemDataRole.UserRole))
            for item in self._items()
            if item.checkState() == Qt.CheckState.Checked
        )

    def listed_specs(self) -> tuple[str, ...]:
        """All variants of the list, ticked or not."""
        return tuple(spec for spec, _, _ in self.listed())

    def set_specs(self, specs: tuple[str, ...], labels: dict[str, str] | None = None) -> None:
        """Show exactly these variants, each once, all ticked."""
        self.show_list(tuple((spec, (labels or {}).get(spec, ""), True) for spec in dict.fromkeys(specs)))

    def set_labels(self, labels: dict[str, str]) -> None:
        """Use the names the core gives the variants."""
        self.list.blockSignals(True)
        for item in self._items():
            spec = item.data(Qt.ItemDataRole.UserRole)
            item.setText(tr(labels.get(spec) or label_of(spec)))
        self.list.blockSignals(False)

    def set_catalogue(self, catalogue: MethodCatalogue) -> None:
        """Offer these methods, and a preset of all of them."""
        self._catalogue = catalogue
        chosen = self.method.currentData()
        self.method.blockSignals(True)
        self.method.clear()
        for entry in catalogue.methods:
            self.method.addItem(tr(entry.label), entry.name)
            self.method.setItemData(self.method.count() - 1, tr(entry.summary), Qt.ItemDataRole.ToolTipRole)
        self.method.setCurrentIndex(max(0, self.method.findData(chosen or "q-dit4sr")))
        self.method.blockSignals(False)
        self._gather_presets()
        self._method_chosen()

    @property
    def catalogue(self) -> MethodCatalogue:
        """The methods offered."""
        return self._catalogue

    def set_own_presets(self, presets: Iterable[Preset]) -> None:
        """Offer the user's own presets after those that come with the program."""
        self._own = tuple(presets)
        self._gather_presets()

    def keep_preset(self, name: str) -> None:
        """Keep the ticked variants under a name; a name used before gets the new list."""
        kept = Preset(f"own:{name}", name, self.specs())
        self._own = (*(preset for preset in self._own if preset.key != kept.key), kept)
        self._gather_presets()
        self.presetsChanged.emit(self._own)

    def suggested_name(self) -> str:
        """The name of the user's own preset that is chosen, else the methods of the list."""
        if str(self.preset.currentData()).startswith("own:"):
            return self.preset.currentText()
        return ", ".join(item.text() for item in self._items()[:3])

    @Slot()
    def _forget_preset(self) -> None:
        key = self.preset.currentData()
        self._own = tuple(preset for preset in self._own if preset.key != key)
        self._gather_presets()
        self.presetsChanged.emit(self._own)

    def _gather_presets(self) -> None:
        everything = Preset("all", "All methods at W4A4", (FULL_PRECISION_TEXT, *self._every_method()))
        self._presets = [*BUILT_IN_PRESETS, everything, *self._own]
        self._show_preset()

    def _every_method(self) -> list[str]:
        names = [entry.name for entry in self._catalogue.methods if entry.name not in _WITHOUT_BITS]
        return [f"{name}-w4a4" for name in names]

    def _lay_out(self) -> None:
        bits = QHBoxLayout()
        bits.addWidget(self.weight_bits)
        bits.addWidget(self.act_bits)
        for button in (self.add_button, self.grid_button, self.remove_button):
            fit_text(button)
        for box in (self.weight_bits, self.act_bits):
            box.setMinimumWidth(50)
        buttons = FoldingRow((self.add_button, self.grid_button), (self.remove_button,), margin=0)
        form = QFormLayout()
        form.addRow(tr("Method"), self.method)
        form.addRow(tr("Bits"), bits)
        form.addRow(tr("Options"), self.options)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(4, 4, 4, 4)
        presets = QHBoxLayout()
        presets.addWidget(self.preset, 1)
        presets.addWidget(self.preset_menu)
        layout.addLayout(presets)
        layout.addWidget(self.list, 1)
        layout.addLayout(form)
        layout.addWidget(self.refusal)
        layout.addWidget(buttons)

    def _items(self) -> list[QListWidgetItem]:
        return [self.list.item(row) for row in range(self.list.count())]

    def listed(self) -> tuple[tuple[str, str, bool], ...]:
        """Text, label and tick of every variant."""
        return tuple(
            (
                str(item.data(Qt.ItemDataRole.UserRole)),
                item.text(),
                item.checkState() == Qt.CheckState.Checked,
            )
            for item in self._items()
        )

    def _append(self, spec: str, label: str = "") -> QListWidgetItem:
        item = QListWidgetItem(tr(label or label_of(spec)))
        item.setData(Qt.ItemDataRole.UserRole, spec)
        item.setToolTip(explaining_tip(label or label_of(spec), spec))
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(Qt.CheckState.Checked)
        self.list.addItem(item)
        return item

    def _show_preset(self) -> None:
        shown = tuple(str(item.data(Qt.ItemDataRole.UserRole)) for item in self._items())
        self.preset.blockSignals(True)
        self.preset.clear()
        for preset in self._presets:
            own = preset.key.startswith("own:")
            self.preset.addItem(preset.title if own else tr(preset.title), preset.key)
        matching = next((i for i, preset in enumerate(self._presets) if preset.specs == shown), None)
        if matching is None:
            self.preset.addItem(tr("Own choice"), "")
            matching = self.preset.count() - 1
        self.preset.setCurrentIndex(matching)
        self._forget.setEnabled(str(self.preset.currentData()).startswith("own:"))
        self.preset.blockSignals(False)

    @Slot()
    def _announce(self) -> None:
        self.specsChanged.emit(self.specs())

    @Slot(int)
    def _choose_preset(self, index: int) -> None:
        if index >= len(self._presets):
            return
        before = self.listed()
        self.set_specs(self._presets[index].specs)
        self._tell_edit(before)

    def _tell_edit(self, before: tuple[tuple[str, str, bool], ...]) -> None:
        if [(spec, ticked) for spec, _, ticked in before] != [(s, t) for s, _, t in self.listed()]:
            self.edited.emit(before)

    @Slot()
    def _method_chosen(self) -> None:
        self._forget_refusal()
        entry = self._catalogue.entry(str(self.method.currentData()))
        with_bits = entry is not None and entry.name not in _WITHOUT_BITS
        for control in (self.weight_bits, self.act_bits, self.options):
            control.setEnabled(with_bits)
        options = entry.options if entry is not None else ()
        self.options.setPlaceholderText(
            ", ".join(f"{option.name}={str(option.default).lower()}" for option in options)
        )

    @Slot()
    def _load_editor(self) -> None:
        """Offer the selected variant for a change; one that only got the focus is not selected."""
        item = next(iter(self.list.selectedItems()), None)
        if item is None:
            return
        try:
            parts = read_variant(str(item.data(Qt.ItemDataRole.UserRole)))
        except VariantError:  # from a session; the run says what is wrong with it
            return
        index = self.method.findData(parts.method if parts.kind == "method" else parts.kind)
        if index >= 0:
            self.method.setCurrentIndex(index)
        if parts.weight_bits is not None and parts.act_bits is not None:
            self.weight_bits.setCurrentIndex(self.weight_bits.findData(parts.weight_bits))
            self.act_bits.setCurrentIndex(self.act_bits.findData(parts.act_bits))
        self.options.setText(",".join(f"{name}={value}" for name, value in parts.options))

    @Slot()
    def _add(self) -> None:
        name = str(self.method.currentData())
        self._forget_refusal()
        if name in _WITHOUT_BITS:
            self.add_spec(name)
            return
        widths = self.weight_bits.currentData(), self.act_bits.currentData()
        try:
            spec = VariantText("method", name, *widths, read_options(name, self.options.text())).text
            self._catalogue.check(spec)
        except VariantError as error:
            self.refusal.setText(str(error))
            self.refusal.show()
            return
        self.add_spec(spec)

    @Slot()
    def _forget_refusal(self) -> None:
        self.refusal.clear()
        self.refusal.hide()

    @Slot(tuple)
    def add_specs(self, specs: tuple[str, ...]) -> None:
        """Append several variants, those that are there already only ticked."""
        before = self.listed()
        present = {item.data(Qt.ItemDataRole.UserRole): item for item in self._items()}
        self.list.blockSignals(True)
        for spec in specs:
            if spec in present:
                present[spec].setCheckState(Qt.CheckState.Checked)
            else:
                self._append(spec)
        self.list.blockSignals(False)
        self._show_preset()
        self._announce()
        self._tell_edit(before)

    def add_spec(self, spec: str) -> None:
        """Append a variant, or tick it if it is there already."""
        if spec in self.specs():
            self.noted.emit(tr("{name} is in the list already.", name=self._label(spec)))
        self.add_specs((spec,))
        self.list.setCurrentRow(self.listed_specs().index(spec))

    def _label(self, spec: str) -> str:
        return self.list.item(self.listed_specs().index(spec)).text()

    @Slot()
    def _remove(self) -> None:
        for item in self.list.selectedItems():
            row, spec = self.list.row(item), str(item.data(Qt.ItemDataRole.UserRole))
            ticked = item.checkState() == Qt.CheckState.Checked
            self.take_out(spec)
            self.removed.emit(spec, row, ticked)

    def take_out(self, spec: str) -> None:
        """Take a variant off the list, if it is there."""
        if spec in self.listed_specs():
            self.list.takeItem(self.listed_specs().index(spec))
            self._show_preset()
            self._announce()

    def show_list(self, variants: tuple[tuple[str, str, bool], ...]) -> None:
        """Show exactly these variants, as (text, label, ticked): also as it was before an edit."""
        self.list.blockSignals(True)
        self.list.clear()
        for spec, label, ticked in variants:
            self._append(spec, label).setCheckState(
                Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked
            )
        self.list.blockSignals(False)
        self._show_preset()
        self._announce()

    def put_back(self, spec: str, row: int, ticked: bool, label: str) -> None:
        """A variant that was taken out, where it stood; one that is there again is only ticked."""
        present = [str(item.data(Qt.ItemDataRole.UserRole)) for item in self._items()]
        self.list.blockSignals(True)
        if spec in present:
            item = self.list.item(present.index(spec))
        else:
            self._append(spec, label)
            item = self.list.takeItem(self.list.count() - 1)
            self.list.insertItem(row, item)
        if ticked or spec not in present:
            item.setCheckState(Qt.CheckState.Checked if ticked else Qt.CheckState.Unchecked)
        self.list.setCurrentItem(item)
        self.list.blockSignals(False)
        self._show_preset()
        self._announce()


def _bits(prefix: str, widths: Iterable[int], name: str) -> QComboBox:
    box = QComboBox()
    for width in widths:
        box.addItem(f"{prefix}{width}", width)
    box.setCurrentIndex(box.findData(4))
    name_control(box, name)
    return box
