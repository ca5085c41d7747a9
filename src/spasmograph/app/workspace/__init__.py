"""One person's record through one door: what the pages do, the commands and scripts do with the same calls."""

from spasmograph.app.workspace.opening import default_home, open_workspace
from spasmograph.app.workspace.workspace import Workspace

__all__ = ["Workspace", "default_home", "open_workspace"]
