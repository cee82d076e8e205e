"""A job folder for tests, as Telar would make it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def make_job(root: Path, params: dict[str, Any] | None = None, **more: Any) -> Path:
    """`more` replaces parts of job.json."""
    for name in ("asks", "answers", "tmp", "checkpoints", "outputs/data"):
        (root / name).mkdir(parents=True, exist_ok=True)
    job = {
        "schema": 1,
        "nodeRunId": "run-1",
        "attempt": 1,
        "kind": "echo",
        "codeVersion": 1,
        "params": params or {},
        "threads": 1,
        "gpus": {"count": 0},
        "placement": None,
        "seedRng": 7,
        "inputs": {},
        "outputs": {"data": {"type": "dataset", "dir": str(root / "outputs/data")}},
        "checkpoint": {"save": str(root / "checkpoints")},
        "checkpointKey": "key-1",
        "recipe": None,
        "tmp": str(root / "tmp"),
        "dataDirs": [],
        "trustedPaths": [],
        "modelsDir": str(root / "models"),
        "downloadsDir": str(root / "downloads"),
        "limits": {"memoryBytes": 1_000_000_000, "deadline": None},
        **more,
    }
    (root / "job.json").write_text(json.dumps(job), "ascii")
    return root


def read_events(root: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (root / "events.ndjson").read_text("ascii").splitlines()]
