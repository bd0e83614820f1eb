"""The window pairs photos with ground truths exactly as `qdit4sr evaluate` does."""

from qdit4sr_core.evaluate.images import find_images
from qdit4sr_core.images import save_png
from tests.e2e.waiting import wait_until
from tests.fake_studio import noisy

NAMES = {
    "cat.png": "cat.png",
    "tree_LR4.png": "tree_HR.png",
    "0001x4.png": "0001.png",
    "molar.png": None,
    "Dog.png": "dog.webp.png",
    "twice.png": "twice_HR.png",
}


def test_the_same_ground_truths_are_found(fakes, studio, tmp_path):
    low, high = tmp_path / "low", tmp_path / "high"
    low.mkdir()
    high.mkdir()
    for number, (photo, truth) in enumerate(NAMES.items()):
        save_png(noisy(8, 8, number), low / photo)
        if truth is not None:
            save_png(noisy(32, 32, number), high / truth)
    save_png(noisy(32, 32, 9), high / "twice_GT.png")
    save_png(noisy(32, 32, 9), high / "mo.png")
    wanted = {image.lr.name: image.hr and image.hr.name for image in find_images(low, high)}
    assert any(wanted.values())
    assert not all(wanted.values())
    studio.photos.open_paths([low])
    wait_until(lambda: not fakes.tasks.busy)
    studio.photos.pair_references(high)
    wait_until(lambda: not fakes.tasks.busy)
    found = {
        photo.name: None if photo.reference is None else photo.reference.path.name
        for photo in studio.workspace.photos
    }
    assert found == wanted
    assert any("twice_GT.png" in sentence and "twice_HR.png" in sentence for sentence in fakes.ask.failed)
