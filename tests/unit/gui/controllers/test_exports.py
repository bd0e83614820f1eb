from tests.e2e.waiting import wait_until


def test_a_session_that_cannot_be_kept_is_told_once(fakes, studio, tmp_path):
    fakes.add_photo()
    closed = tmp_path / "file"
    closed.write_bytes(b"")
    filed = []
    studio.exports.sessionFiled.connect(filed.append)
    for _ in range(2):
        studio.exports.autosave(closed / "last.qdit4sr")
        wait_until(lambda: not studio.exports._tasks.busy)
    assert len(fakes.ask.failed) == 1
    studio.exports.autosave(tmp_path / "last.qdit4sr")
    wait_until(lambda: filed)
    studio.exports.autosave(closed / "last.qdit4sr")
    wait_until(lambda: len(fakes.ask.failed) == 2)
