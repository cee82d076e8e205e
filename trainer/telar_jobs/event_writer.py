"""Appends what a job says to `events.ndjson`: one line an event, numbered from 1, in one write each."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .contract import JobEvent
from .decode import encode


class EventWriter:
    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._lock = threading.Lock()
        self._written = 0

    def write(self, event: Callable[..., JobEvent], **fields: Any) -> None:
        """`event` is the class of the event; it gets its number here. Half a surrogate pair travels as an escape."""
        with self._lock:
            self._written += 1
            line = json.dumps(encode(event(n=self._written, **fields)), allow_nan=False) + "\n"
            _write_all(self._file, line.encode("ascii"))


def _write_all(file: int, data: bytes) -> None:
    while data:
        data = data[os.write(file, data) :]
