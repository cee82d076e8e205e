"""Gives back what it gets: shows that jobs in Python work on this machine, and is the smallest example of one.

Parameters: `text`, what the output says; `steps`, how many times (1); `seconds`, how long each takes (0); `secret`,
one to be read (its length is told, never the secret).
"""

from __future__ import annotations

import json
import time
from pathlib import Path

from .running_job import RunningJob

LINES = "lines.ndjson"


def run(job: RunningJob) -> None:
    text, steps = str(job.params.get("text", "")), int(job.params.get("steps", 1))
    kept = job.load_checkpoint()
    lines = _read(kept[1]) if kept else []
    job.log("info", "echo-begins", {"step": len(lines), "steps": steps})
    _read_secret(job)
    for step in range(len(lines) + 1, steps + 1):
        _wait(job, float(job.params.get("seconds", 0)))
        lines.append(f"{step} {text}")
        job.metric("lines", step, len(lines))
        job.save_checkpoint(step, lambda folder: _write(folder, lines))
        job.progress(step, steps, "steps")
    job.sample(prompt=text, text="\n".join(lines))
    for port in job.spec.outputs:
        _write(job.output(port), lines)
        job.seal(port, {"shape": "text", "rows": len(lines)} if job.spec.outputs[port].type == "dataset" else {})


def _read_secret(job: RunningJob) -> None:
    asked = job.params.get("secret")
    if asked:
        job.log("info", "echo-secret", {"name": asked["secret"], "characters": len(job.secret(asked["secret"]))})


def _wait(job: RunningJob, seconds: float) -> None:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        job.stop.check()
        time.sleep(min(left, 0.02))


def _read(folder: Path) -> list[str]:
    return [json.loads(line) for line in (folder / LINES).read_text("ascii").splitlines()]


def _write(folder: Path, lines: list[str]) -> None:
    """One JSON string a line: any text stays one line."""
    (folder / LINES).write_text("".join(f"{json.dumps(line)}\n" for line in lines), "ascii")
