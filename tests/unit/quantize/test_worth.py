"""The list of layers worth more bits knows a layer that was harmed."""

from qdit4sr_core.models import SuperResolutionModel
from qdit4sr_core.quantize import Calibration, quantize
from qdit4sr_core.quantize.methods.rtn import RTN
from qdit4sr_core.quantize.worth import grouped_worth, worth_of_layers


def test_keeping_layers_takes_their_damage_away(
    tiny_model: SuperResolutionModel, tiny_calibration: Calibration
) -> None:
    model = tiny_model.transformer
    plain = worth_of_layers(model, quantize(model, RTN(3, 4)), tiny_calibration)
    kept = worth_of_layers(model, quantize(model, RTN(3, 4, keep="blocks.1")), tiny_calibration)
    assert [w.damage for w in plain] == sorted((w.damage for w in plain), reverse=True)
    for worth in kept:
        before = next(w for w in plain if w.name == worth.name)
        if ".1." in worth.name[:22]:
            assert worth.damage < 0.05 * before.damage
            assert worth.extra_bytes == 0
        else:
            assert worth.damage == before.damage
    first = {w.name for w in plain if ".0." in w.name[:22]}
    rows = grouped_worth(plain, {"blocks.0": first, "blocks.1": {w.name for w in plain} - first})
    assert abs(sum(share for _, share, _ in rows) - 1) < 1e-6
