"""The job's side of a question to Telar: `asks/N.json` out, `answers/N.json` back."""

from __future__ import annotations

import json
import time
from pathlib import Path

from .contract import JobAnswer, JobAsk, RefusedAnswer
from .decode import decode, encode
from .failure import Failure
from .stop import StopRequest

POLL_SECONDS = 0.02


class Asker:
    """Asks one question after the other and waits for each answer."""

    def __init__(self, folder: Path, stop: StopRequest) -> None:
        self._asks = folder / "asks"
        self._answers = folder / "answers"
        self._stop = stop
        self._asked = 0

    def ask(self, question: JobAsk) -> JobAnswer:
        """Raises Failure as Telar refused it, Stopped when the job is asked to stop meanwhile."""
        self._asked += 1
        name = f"{self._asked}.json"
        part = self._asks / f".{name}"
        part.write_text(json.dumps(encode(question), allow_nan=False), encoding="ascii")
        part.rename(self._asks / name)
        answer_file = self._answers / name
        while not answer_file.exists():
            self._stop.check()
            time.sleep(POLL_SECONDS)
        answer = decode(JobAnswer, json.loads(answer_file.read_text("utf8")), name)  # type: ignore[arg-type]
        if isinstance(answer, RefusedAnswer):
            raise Failure(answer.code, answer.reason, answer.values)
        return answer
