"""A studio without a window."""

import pytest

from tests.fake_studio import FakeStudio


@pytest.fixture
def fakes(qapp):
    made = FakeStudio()
    yield made
    made.close()


@pytest.fixture
def studio(fakes):
    return fakes.studio
