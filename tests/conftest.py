"""What every test may ask for."""

import os
import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.postgres import address, cluster, postgresql  # noqa: F401 - fixtures that any test may ask for

REPOSITORY = Path(__file__).parents[1]

# Machines differ in speed; a test says whether something is right, never whether it was quick.
settings.register_profile("spasmograph", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("spasmograph")

# Tests are interrupted on purpose. Started in the background or under `nohup`, they and what they start would not hear it.
for _number in (getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)):
    if signal.getsignal(_number) is signal.SIG_IGN:
        signal.signal(_number, signal.default_int_handler if _number == signal.SIGINT else signal.SIG_DFL)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared recordings: `$SPASMOGRAPH_SHARED`, or `shared` beside the repository; the test is skipped where there is none."""
    folder = Path(os.environ.get("SPASMOGRAPH_SHARED", REPOSITORY.parent / "shared"))
    if not (folder / "data").is_dir():
        pytest.skip(f"the shared recordings are not here ({folder.name}/data); set SPASMOGRAPH_SHARED to their folder")
    return folder
