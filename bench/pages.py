"""Every page of the app that can be asked for, one entry of each kind in place of the placeholders; a page that is new is found by itself."""

from typing import Any

from fastapi.routing import APIRoute

from spasmograph.app.workspace import Workspace
from spasmograph.model.record import Appointment, JournalEntry, Question, RecordingEntry, ScaleResult, SpasmEpisode, Treatment
from spasmograph.terms import TreatmentKind
from spasmograph.web.routes import ROUTERS

# They are no pages: files to take away, and ways in.
NO_PAGES = ("/enter", "/calendar/", "/api/", ".pdf", ".ics", ".csv", ".zip", "/film", "/report", "/download", "/files/")
# A page that asks what it is for.
QUERIES = {"/treatments/new": [f"?kind={kind}" for kind in TreatmentKind]}


def paths_of(workspace: Workspace) -> list[str]:
    """The address of every page that can be asked for, one entry of each kind in place of the placeholders."""
    found = []
    for route in (route for router in ROUTERS for route in router.routes):
        if isinstance(route, APIRoute) and "GET" in (route.methods or ()) and not any(mark in route.path for mark in NO_PAGES):
            found += filled_in(route.path, workspace)
    return sorted(set(found))


def filled_in(path: str, workspace: Workspace) -> list[str]:
    """The path with what stands for its placeholders."""
    if "{" not in path:
        return [f"{path}{query}" for query in QUERIES.get(path, ("",))]
    if "{scale}" in path or "{scale_id}" in path:
        return [path.replace("{scale}", name).replace("{scale_id}", name) for name in ("jrs", "bsdi", "sunnybrook", "phq9", "hsgs")]
    if "{kind}" in path:
        return [path.replace("{kind}", name) for name in ("botulinum_toxin", "drug", "procedure")]
    room = path.split("/")[1]
    kinds: dict[str, list[type[Any]]] = {
        "journal": [JournalEntry, SpasmEpisode],
        "treatments": [Treatment],
        "scales": [ScaleResult],
        "recordings": [RecordingEntry],
        "appointments": [Appointment],
        "questions": [Question],
    }
    before, _name, after = path.partition("{")
    return [f"{before}{workspace.list(kind, newest=1)[0].id}{after.partition('}')[2]}" for kind in kinds[room]]
