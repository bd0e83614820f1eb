import numpy as np

from qdit4sr_core.compare import VariantResult
from qdit4sr_core.evaluate import MeasuredResult, evaluation_of_results, summarize
from qdit4sr_core.quantize.variants import parse_variant
from qdit4sr_core.report.notes import notes

PIXELS = np.zeros((8, 8, 3), np.uint8)


def measured(spec: str, **provenance: object) -> MeasuredResult:
    variant = parse_variant(spec)
    return MeasuredResult(variant.key, VariantResult(variant, PIXELS, 1.0, provenance=provenance), {}, {})


def test_results_in_memory_say_what_executed_their_layers() -> None:
    rounded = measured(
        "q-dit4sr-w4a4", engines={"kernel": 5}, kernel="AVX2", attention_rounding="softmax at 8 bits"
    )
    photos = {"a": [measured("fp")], "b": [measured("rtn-w4a4", engines={"reference": 5}), rounded]}
    evaluation = evaluation_of_results(photos, ["psnr"], {})
    told = notes(evaluation, summarize(evaluation))
    assert (
        "Quantized layers: RTN W4A4: 5 layers by reference; Q-DiT4SR W4A4: 5 layers by kernel (kernel: AVX2)."
        in told
    )
    assert "Attention of Q-DiT4SR W4A4: softmax at 8 bits." in told
