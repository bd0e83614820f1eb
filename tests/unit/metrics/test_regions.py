import numpy as np
import pytest

from qdit4sr_core.errors import RegionError
from qdit4sr_core.metrics.regions import Region


def test_crop_takes_the_named_pixels() -> None:
    pixels = np.arange(6 * 8 * 3, dtype=np.uint8).reshape(6, 8, 3)
    assert np.array_equal(Region(2, 1, 4, 3).crop(pixels), pixels[1:4, 2:6])
    assert np.array_equal(Region.whole(pixels).crop(pixels), pixels)


@pytest.mark.parametrize("region", [Region(5, 0, 4, 2), Region(0, 5, 1, 2), Region(8, 0, 1, 1)])
def test_a_region_that_sticks_out_is_refused(region: Region) -> None:
    with pytest.raises(RegionError, match="8x6"):
        region.crop(np.zeros((6, 8, 3), np.uint8))


@pytest.mark.parametrize("numbers", [(-1, 0, 2, 2), (0, -1, 2, 2), (0, 0, 0, 2), (0, 0, 2, 0)])
def test_an_empty_or_negative_region_is_refused(numbers: tuple[int, int, int, int]) -> None:
    with pytest.raises(RegionError):
        Region(*numbers)


def test_parse_reads_numbers_and_name() -> None:
    assert Region.parse("4,5,60,70:fur") == Region(4, 5, 60, 70, "fur")
    assert Region.parse("4, 5, 60, 70") == Region(4, 5, 60, 70)
    for bad in ("", "1,2,3", "1,2,3,x", "1,2,3,4,5"):
        with pytest.raises(RegionError, match="x,y,width,height"):
            Region.parse(bad)


def test_shrunk_drops_a_border() -> None:
    assert Region(0, 0, 10, 8, "a").shrunk(2) == Region(2, 2, 6, 4, "a")
    with pytest.raises(RegionError):
        Region(0, 0, 10, 8).shrunk(4)


@pytest.mark.parametrize("name", ["", "hair", "left (eye)", "a:b", "x (1,2,3,4)"])
def test_what_is_written_is_read(name: str) -> None:
    region = Region(40, 60, 128, 96, name)
    assert Region.parse(str(region)) == region
