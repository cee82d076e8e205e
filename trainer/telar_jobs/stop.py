"""Whether Telar asked the job to stop: by SIGTERM, or by the file `stop`, which works from afar too."""

from __future__ import annotations

import signal
import time
from pathlib import Path

from .failure import Stopped

LOOK_SECONDS = 0.1


class StopRequest:
    def __init__(self, file: Path) -> None:
        self._file = file
        self._asked = False
        self._looked = 0.0

    def listen(self) -> None:
        """The handler only notes it: a job ends where it is safe to, in `check`."""
        signal.signal(signal.SIGTERM, self._note)

    def _note(self, *_: object) -> None:
        self._asked = True

    @property
    def asked(self) -> bool:
        now = time.monotonic()
        if not self._asked and now - self._looked >= LOOK_SECONDS:
            self._looked = now
            self._asked = self._file.exists()
        return self._asked

    def check(self) -> None:
        """Raises Stopped when the job was asked to stop."""
        if self.asked:
            raise Stopped
