"""The local web app: pages rendered here, small scripts of our own, nothing from anywhere else."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.resources import files

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.concurrency import run_in_threadpool

from spasmograph import __version__
from spasmograph.app.workspace import Workspace
from spasmograph.web.access import Access, Gate
from spasmograph.web.language import LanguageChoice
from spasmograph.web.limits import SizeLimit
from spasmograph.web.problems import add_problem_pages
from spasmograph.web.routes import ROUTERS


def create_app(workspace: Workspace, *, access: Access, on_entered: Callable[[str], None] = lambda _link: None) -> FastAPI:
    """The app over a record; `access` says from where it may be used, and `on_entered` hears the next one-time path when one was used."""
    app = FastAPI(
        title="Spasmograph",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
        description=DESCRIPTION,
        lifespan=_measuring,
    )
    app.state.workspace = workspace
    app.state.access = access
    app.state.on_entered = on_entered
    app.mount("/static", StaticFiles(directory=str(files("spasmograph.web").joinpath("static"))), name="static")
    for router in ROUTERS:
        app.include_router(router)
    add_problem_pages(app)
    app.add_middleware(LanguageChoice, workspace=workspace)
    app.add_middleware(SizeLimit)
    app.add_middleware(Gate, access=access)
    return app


@asynccontextmanager
async def _measuring(app: FastAPI) -> AsyncIterator[None]:
    """While the app runs, recordings that wait are measured."""
    workspace: Workspace = app.state.workspace
    await run_in_threadpool(workspace.start_analyses)
    try:
        yield
    finally:
        await run_in_threadpool(workspace.stop_analyses)


DESCRIPTION = (
    "What the pages do, for programs on this machine. Every call needs the session's cookie and, to change something, the page's own Origin."
)
