from pathlib import Path

import pytest

from qdit4sr_core.errors import FigureError
from qdit4sr_core.figures.training_curves import training_curves
from qdit4sr_core.training.run import TrainingLog


@pytest.mark.parametrize("line", ["[1, 2]", '{"minutes": "soon"}', "{", "[" * 5000])
def test_a_training_log_that_is_none_is_refused_in_a_sentence(line: str, tmp_path: Path) -> None:
    (tmp_path / "decoder.log.jsonl").write_text(f'{{"step": 1, "minutes": 0.5, "l1": NaN}}\n{line}\n')
    with pytest.raises(FigureError, match=r"decoder\.log\.jsonl"):
        training_curves(tmp_path)


def test_the_log_that_training_writes_is_drawn(tmp_path: Path) -> None:
    log = TrainingLog(tmp_path / "decoder.log.jsonl")
    for step in (1, 2):
        log.write(stage="decoder", step=step, minutes=step / 2, distance=0.3, distance_drawn=0.4)
    assert training_curves(tmp_path).save(tmp_path / "curves.png").stat().st_size > 1000
