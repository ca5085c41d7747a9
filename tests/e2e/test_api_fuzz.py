"""What the API says of itself holds for whatever is sent to it: no call ends in a bug, and every answer is one that was announced."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from spasmograph.web.access import COOKIE, Access
from spasmograph.web.app import create_app
from tests.record_worlds import OWN, PORT, workspace_in

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")
checks = pytest.importorskip("schemathesis.specs.openapi.checks")
pytestmark = pytest.mark.slow
EXAMPLES = 25
# What fits the schema may still say what cannot be, such as an end before its start; 422 says so and is announced.
TOO_STRICT = ["positive_data_acceptance"]


@pytest.fixture(scope="module")
def session() -> Access:
    return Access(port=PORT)


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory, session: Access) -> Any:
    app = create_app(workspace_in(tmp_path_factory.mktemp("fuzzed")), access=session)
    return schemathesis.openapi.from_asgi("/api/openapi.json", app, headers=headers(session))


def headers(access: Access) -> dict[str, str]:
    """What one of the app's own pages sends."""
    return {"Host": OWN.removeprefix("http://"), "Origin": OWN, "Cookie": f"{COOKIE}={access.session}"}


def operations(schema: Any) -> list[Any]:
    return [one.ok() for one in schema.get_all_operations()]


def test_every_call_is_answered_as_announced(described: Any, session: Access) -> None:
    for operation in operations(described):

        @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
        @given(case=operation.as_strategy())
        def answered(case: Any) -> None:
            case.call_and_validate(headers=headers(session), excluded_checks=[getattr(checks, name) for name in TOO_STRICT])

        answered()


def test_there_is_something_to_call(described: Any) -> None:
    assert len(operations(described)) >= 10
