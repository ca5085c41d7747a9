"""Treatments gathered from the record, and changed by a step that holds whatever else was changed meanwhile."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from spasmograph.care.treatments import Session, in_order, running, sessions, since_last_injection
from spasmograph.errors import ConflictError
from spasmograph.model.record import Treatment

if TYPE_CHECKING:
    from spasmograph.app.workspace.workspace import Workspace

ATTEMPTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Treatments:
    """All treatments, the newest first in each part: what goes on, what is planned, what is over; the session of each injection by the entry's id."""

    running: tuple[Treatment, ...]
    planned: tuple[Treatment, ...]
    past: tuple[Treatment, ...]
    sessions: Mapping[str, Session]
    days_since_injection: int | None

    @property
    def last_injection(self) -> Treatment | None:
        """The last one that was given."""
        return next((one for one in self.past if one.id in self.sessions), None)


def treatments(workspace: "Workspace") -> Treatments:
    """All treatments of the record."""
    now = workspace.now()
    ordered = in_order(workspace.list(Treatment), now)
    going_on = {one.id for one in running(ordered, now)}
    rest = [one for one in ordered if one.id not in going_on]
    return Treatments(
        running=tuple(one for one in ordered if one.id in going_on),
        planned=tuple(one for one in rest if one.at > now),
        past=tuple(one for one in rest if one.at <= now),
        sessions={one.id: session for session in sessions(ordered) for one in session.treatments},
        days_since_injection=since_last_injection(ordered, now),
    )


def amend(workspace: "Workspace", treatment_id: str, change: Callable[[Treatment], Treatment]) -> Treatment:
    """A treatment changed by a step that can be taken from any version, such as one more side effect; taken anew if another was quicker."""
    for _attempt in range(ATTEMPTS - 1):
        try:
            return workspace.save(change(workspace.get(treatment_id, Treatment)))
        except ConflictError:
            continue
    return workspace.save(change(workspace.get(treatment_id, Treatment)))
