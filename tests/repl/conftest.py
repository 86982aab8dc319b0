import pytest


@pytest.fixture
def home(tmp_path):
    """The user's home directory, empty."""
    return tmp_path
