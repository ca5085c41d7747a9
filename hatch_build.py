"""Puts the landmark models into the package when it is built or installed."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ModelsHook(BuildHookInterface[Any]):
    """Runs `build_models.py` before the package's files are collected."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling's signature
        """Make the models unless they are there with the right hashes; a failure stops the build with its message."""
        done = subprocess.run([sys.executable, Path(self.root) / "build_models.py"], check=False)
        if done.returncode != 0:
            sys.exit(done.returncode)
