"""The files below a folder, each with its size and SHA-256, as Telar will find them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from .contract import MadeFile


def list_made(folder: Path) -> list[MadeFile]:
    """Sorted by path. Raises ValueError for a link or a pipe: an artifact holds regular files only."""
    made: list[MadeFile] = []
    for path in sorted(folder.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            continue
        name = path.relative_to(folder).as_posix()
        if path.is_symlink() or not path.is_file():
            raise ValueError(f"{name} is not a regular file")
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        made.append(MadeFile(path=name, size=path.stat().st_size, sha256=digest))
    return made
