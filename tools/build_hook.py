"""What the build backend asks for: the packages that Koe needs, and where its assets go."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.metadata.plugin.interface import MetadataHookInterface


class Requirements(MetadataHookInterface):
    """Gives the installed package the requirements of a clone, which are named in requirements.txt alone."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Fill in ``dependencies``; lines with an option, such as that for the constraints, are pip's alone."""
        lines = Path(self.root, "requirements.txt").read_text("utf-8").splitlines()
        named = [line.partition("#")[0].strip() for line in lines]
        metadata["dependencies"] = [line for line in named if line and not line.startswith("-")]


class Assets(BuildHookInterface):
    """Puts what lies in ``assets`` into the package; `koe.settings.asset_folder` finds it there."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the folder, unless the package is a mere pointer to the clone, which has it already."""
        if version != "editable":
            build_data["force_include"]["assets"] = "koe/assets"
