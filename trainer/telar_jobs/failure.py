"""How a job fails: a code that says who must act, and a reason with values that Telar makes a sentence of."""

from __future__ import annotations

from .contract import FailureCode


class Failure(Exception):
    """Raised by a job for a failure with one clear sentence (`failures.<reason>` in Telar's messages)."""

    def __init__(self, code: FailureCode, reason: str, values: dict[str, str | float] | None = None) -> None:
        super().__init__(f"{reason} {values or {}}")
        self.code = code
        self.reason = reason
        self.values = values or {}


class Stopped(Exception):
    """Telar asked the job to stop: the last checkpoint is kept, nothing more is written."""
