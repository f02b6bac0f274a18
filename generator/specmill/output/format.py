"""Files that a user's own template drew are formatted for them: the only module that imports black."""

from __future__ import annotations

import black

from specmill.output import File


def format_file(file: File) -> File:
    """The file as black's own defaults would have it; ``black.InvalidInput`` where it is not Python."""
    if not file.path.endswith((".py", ".pyi")):
        return file
    mode = black.Mode(is_pyi=file.path.endswith(".pyi"))
    return File(file.path, black.format_str(file.text, mode=mode), file.custom)
