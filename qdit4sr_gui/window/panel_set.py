"""The panels around the panes."""

from __future__ import annotations

from dataclasses import dataclass

from qdit4sr_gui.panels.inspector import InspectorPanel
from qdit4sr_gui.panels.measurements import MeasurementsPanel
from qdit4sr_gui.panels.plots import PlotsPanel
from qdit4sr_gui.panels.queue import QueuePanel
from qdit4sr_gui.panels.status import StatusPanel
from qdit4sr_gui.panels.summary import SummaryPanel
from qdit4sr_gui.panels.variants import VariantsPanel
from qdit4sr_gui.state.regions import RegionsModel


@dataclass(frozen=True, eq=False)
class PanelSet:
    """One of each."""

    queue: QueuePanel
    variants: VariantsPanel
    measurements: MeasurementsPanel
    plots: PlotsPanel
    inspector: InspectorPanel
    summary: SummaryPanel
    status: StatusPanel

    @classmethod
    def make(cls, regions: RegionsModel) -> PanelSet:
        """All of them; the regions are those whose measurements are listed."""
        return cls(
            QueuePanel(),
            VariantsPanel(),
            MeasurementsPanel(regions),
            PlotsPanel(),
            InspectorPanel(),
            SummaryPanel(),
            StatusPanel(),
        )
