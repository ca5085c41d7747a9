"""Whatever is sent to the routes for programs, the answer is one that their description knows."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from fastapi.routing import APIRoute
from schemathesis.checks import CHECKS, load_all_checks
from starlette.testclient import TestClient

from spasmograph.web.access import PORT, cookie_of
from spasmograph.web.routes import ROUTERS
from tests.record_worlds import OWN, client_of, workspace_in

pytestmark = pytest.mark.slow
EXAMPLES = 10
# A refusal that the checks do not count as one.
TOO_LARGE = 413
ROUTES = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute) and route.include_in_schema]
OPERATIONS = sorted((method, route.path) for route in ROUTES for method in route.methods or ())
# What takes nothing cannot be asked wrongly.
BARE = {("GET", "/api/archive")}
CASES = [
    (method, path, mode)
    for method, path in OPERATIONS
    for mode in schemathesis.GenerationMode
    if (method, path) not in BARE or mode is schemathesis.GenerationMode.POSITIVE
]
# A schema cannot say that an end lies after its beginning; such a refusal is no fault. The session is the test's own.
UNSAID = {"positive_data_acceptance", "ignored_auth"}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    workspace = workspace_in(tmp_path)
    yield client_of(workspace)
    workspace.close()


def described(client: TestClient) -> dict[str, Any]:
    """The description, without the session, which every request here has."""
    description: dict[str, Any] = client.get("/api/openapi.json").json()
    for operations in description["paths"].values():
        for operation in operations.values():
            operation.pop("security", None)
    return description


@pytest.mark.parametrize(("method", "path", "mode"), CASES)
def test_any_request_is_answered_as_described(method: str, path: str, mode: schemathesis.GenerationMode, client: TestClient) -> None:
    load_all_checks()
    checks: Any = [check for check in CHECKS.get_all() if check.__name__ not in UNSAID]
    schema = schemathesis.openapi.from_dict(described(client))
    schema.app = client.app
    session: Any = {"base_url": OWN, "cookies": {cookie_of(PORT): client.cookies[cookie_of(PORT)]}}

    @hypothesis.settings(max_examples=EXAMPLES, database=None, derandomize=True, suppress_health_check=list(hypothesis.HealthCheck))
    @hypothesis.given(case=schema[path][method].as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case[Any]) -> None:
        answer = case.call(headers={"Origin": OWN, "Host": OWN.removeprefix("http://")}, **session)
        if answer.status_code == TOO_LARGE:
            return
        case.validate_response(answer, checks=checks, transport_kwargs=session)

    ask()
