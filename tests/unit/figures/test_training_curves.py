import json
import math
from pathlib import Path

import pytest

from qdit4sr_core.errors import FigureError
from qdit4sr_core.figures.training_curves import NoTrainingLogError, training_curves
from qdit4sr_core.training.run import TrainingLog


@pytest.mark.parametrize(
    "line", ["[1, 2]", '{"minutes": "soon"}', "{", "[" * 5000, f'{{"minutes": 1{"0" * 400}}}']
)
def test_a_training_log_that_is_none_is_refused_in_a_sentence(line: str, tmp_path: Path) -> None:
    (tmp_path / "decoder.log.jsonl").write_text(f'{{"step": 1, "minutes": 0.5, "l1": NaN}}\n{line}\n')
    with pytest.raises(FigureError, match=r"decoder\.log\.jsonl"):
        training_curves(tmp_path)


def test_a_line_that_was_cut_short_is_left_out_and_the_next_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "decoder.log.jsonl"
    path.write_text('{"stage": "dec')
    with pytest.raises(NoTrainingLogError):
        training_curves(tmp_path)
    TrainingLog(path).write(stage="decoder", step=1, minutes=0.5, distance=math.nan)
    path.write_text(path.read_text().split("\n", 1)[1])
    TrainingLog(path).write(stage="decoder", step=2, minutes=1.0, distance=0.3)
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    assert [(row["step"], row["distance"]) for row in rows] == [(1, None), (2, 0.3)]
    with path.open("a") as file:
        file.write('{"stage": "dec')  # killed while it wrote
    assert training_curves(tmp_path).save(tmp_path / "curves.png").stat().st_size > 1000


def test_the_log_that_training_writes_is_drawn(tmp_path: Path) -> None:
    log = TrainingLog(tmp_path / "decoder.log.jsonl")
    for step in (1, 2):
        log.write(stage="decoder", step=step, minutes=step / 2, distance=0.3, distance_drawn=0.4)
    assert training_curves(tmp_path).save(tmp_path / "curves.png").stat().st_size > 1000
