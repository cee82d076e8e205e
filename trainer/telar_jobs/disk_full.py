"""A full disk is the world's trouble: told with its place, and tried again."""

from __future__ import annotations

import errno
import os

from .failure import Failure

FULL = {errno.ENOSPC, errno.EDQUOT}


def disk_failure(error: OSError, folder: str) -> Failure | None:
    """The failure of a write for want of room, or None. `folder` is named where the error names no file."""
    named = error.filename if isinstance(error.filename, str) else None
    place = os.path.dirname(named) if named and os.path.isabs(named) else folder
    if error.errno in FULL:
        return Failure("UNAVAILABLE", "disk-full", {"place": place})
    if error.errno == errno.EFBIG:
        return Failure("UNAVAILABLE", "file-limit", {"place": place})
    return None
