"""What libraries print becomes log lines of the job: `{code: "text", values: {text}}`."""

from __future__ import annotations

import io
from collections.abc import Callable

MAX_LINE = 4_000


class CapturedOutput(io.TextIOBase):
    """Stands for stdout or stderr. A carriage return ends a line too: progress bars draw with it."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._rest = ""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        *lines, self._rest = (self._rest + text).replace("\r", "\n").split("\n")
        for line in lines:
            self._report(line)
        if len(self._rest) > MAX_LINE:
            self._report(self._rest)
            self._rest = ""
        return len(text)

    def finish(self) -> None:
        """What came last without a line break."""
        self._report(self._rest)
        self._rest = ""

    def _report(self, line: str) -> None:
        if line.strip():
            self._say(line[:MAX_LINE])
