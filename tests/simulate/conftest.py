import pytest

from provisioning.workstation.demo.processes import Programs
from tests.simulate.office import unavailable
from tests.world import postgresql


@pytest.fixture
def programs(tmp_path):
    if reason := unavailable():
        pytest.skip(reason)
    with Programs(tmp_path / "logs") as started:
        yield started


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request):
    """The address of each kind of database; SQLite's is empty."""
    if request.param == "sqlite":
        yield ""
        return
    if reason := postgresql.available():
        pytest.skip(reason)
    with postgresql.server() as address:
        yield address
