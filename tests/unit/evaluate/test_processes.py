from qdit4sr_core.evaluate.processes import _Worker


class ClosedWhileWriting:
    def send_bytes(self, data: bytes) -> None:
        raise TypeError("'NoneType' object cannot be interpreted as an integer")  # as Python's own does


def test_a_pipe_that_closes_while_it_is_written_is_no_error() -> None:
    worker = _Worker.__new__(_Worker)
    worker.connection = ClosedWhileWriting()  # type: ignore[assignment]
    worker._send(b"setup")
