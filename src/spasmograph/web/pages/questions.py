"""Questions for the doctor: noted when they come to mind, with the answer once there is one."""

from dataclasses import replace
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from spasmograph.app.workspace import Workspace
from spasmograph.errors import EntryError, NotThereError
from spasmograph.model.record import Question
from spasmograph.web.conflict import Conflict, kept
from spasmograph.web.forms import Filled, Form, filled, sent_form, workspace_of
from spasmograph.web.language import text as _
from spasmograph.web.pages.telling import told_question
from spasmograph.web.removal import ask, removed
from spasmograph.web.rendering import page

router = APIRouter(prefix="/questions", include_in_schema=False)
Sent = Annotated[Form, Depends(sent_form)]


@router.get("")
def questions(request: Request) -> Response:
    """Open questions and answered ones."""
    return _questions(request, filled(id=uuid4().hex))


@router.post("")
def add(request: Request, form: Sent) -> Response:
    """Keep a new question."""
    workspace = workspace_of(request)
    try:
        question = _question(form, Question(id=form.id(), at=workspace.now(), text="-"))
        outcome = kept(workspace, question, told_question)
    except EntryError as error:
        return _questions(request, form.filled(error), status=422)
    if isinstance(outcome, Conflict):
        return _editor(request, question, form.filled(), conflict=outcome)
    return RedirectResponse("/questions", status_code=303)


@router.get("/{question_id}")
def edit(request: Request, question_id: str) -> Response:
    """A question, to be changed or answered."""
    question = workspace_of(request).get(question_id, Question)
    return _editor(request, question, filled(text=question.text, answer=question.answer, version=question.version))


@router.post("/{question_id}")
def change(request: Request, question_id: str, form: Sent) -> Response:
    """Keep a changed question."""
    workspace = workspace_of(request)
    was = _as_it_was(workspace, question_id, form)
    try:
        outcome = kept(workspace, _question(form, was), told_question)
    except EntryError as error:
        return _editor(request, was, form.filled(error), status=422)
    if isinstance(outcome, Conflict):
        return _editor(request, was, form.filled(), conflict=outcome)
    return RedirectResponse("/questions", status_code=303)


@router.get("/{question_id}/remove")
def ask_removal(request: Request, question_id: str) -> Response:
    """Whether the question is really to be removed."""
    question = workspace_of(request).get(question_id, Question)
    return ask(request, question, told_question(question), back=f"/questions/{question_id}")


@router.post("/{question_id}/remove")
def remove(request: Request, question_id: str, form: Sent) -> Response:
    """Remove it, unless it was changed meanwhile."""
    question = workspace_of(request).get(question_id, Question)
    return removed(request, question, told_question(question), form, back=f"/questions/{question_id}", after="/questions")


def _as_it_was(workspace: Workspace, question_id: str, form: Form) -> Question:
    """The question that a form changes; where it was removed meanwhile, one to be kept anew."""
    try:
        return workspace.get(question_id, Question)
    except NotThereError:
        if form.version() == 0 and not form.text("text"):
            raise
        return Question(id=question_id, at=workspace.now(), text="-", version=form.version())


def _question(form: Form, was: Question) -> Question:
    """The question that a form tells.

    Raises:
        EntryError: there is no question in it.
    """
    if not form.text("text"):
        raise EntryError(_("No question is written yet."), field="text")
    return replace(was, text=form.text("text"), answer=form.text("answer"), version=form.version())


def _questions(request: Request, form: Filled, *, status: int = 200) -> Response:
    found = workspace_of(request).list(Question)
    unanswered = [question for question in found if not question.answer]
    answered = [question for question in found if question.answer][::-1]
    return page(request, "questions.html.j2", status=status, form=form, unanswered=unanswered, answered=answered)


def _editor(request: Request, question: Question, form: Filled, *, conflict: Conflict | None = None, status: int = 200) -> Response:
    if conflict:
        form, status = form.at_version(conflict.version), 409
    return page(request, "question.html.j2", status=status, question=question, form=form, conflict=conflict)
