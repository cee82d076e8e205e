"""A job from the inside: its parameters and inputs, what it may say, and where its outputs go."""

from __future__ import annotations

import base64
import json
import resource
import sys
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from .asks import Asker
from .contract import (
    ArtifactEvent,
    CheckpointAnswer,
    CheckpointEvent,
    CheckpointMadeAsk,
    CheckpointsAsk,
    FolderAnswer,
    Job,
    JobInput,
    LogEvent,
    LogLevel,
    MadeOutput,
    MetricEvent,
    ProgressEvent,
    SampleEvent,
    SealedAnswer,
    SecretAsk,
    StageAsk,
    StageMadeAsk,
)
from .decode import decode
from .event_writer import EventWriter
from .hpke import JobKey
from .made_files import list_made
from .stop import StopRequest


class RunningJob:
    """Made from the folder of a job. `spec` is all of `job.json`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.spec: Job = decode(Job, json.loads((folder / "job.json").read_text("utf8")), "job.json")
        self.params = self.spec.params
        self.threads = self.spec.threads
        self.stop = StopRequest(folder / "stop")
        self.events = EventWriter(folder / "events.ndjson")
        self.sealed: dict[str, MadeOutput] = {}
        self._asker = Asker(folder, self.stop)
        self._key: JobKey | None = None

    # What it says.

    def progress(self, done: float, total: float | None, unit: str) -> None:
        """Also looks whether the job was asked to stop, and raises Stopped then."""
        self.events.write(ProgressEvent, t="progress", done=done, total=total, unit=unit)
        self.stop.check()

    def metric(self, name: str, step: int, value: float) -> None:
        self.events.write(MetricEvent, t="metric", name=name, step=step, value=value)

    def log(self, level: LogLevel, code: str, values: dict[str, str | float] | None = None) -> None:
        """A code and values; sentences are made of them in the reader's language. Text of a library: code "text"."""
        at = datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self.events.write(LogEvent, t="log", at=at, level=level, code=code, values=values or {})

    def sample(self, prompt: str, text: str, step: int | None = None) -> None:
        self.events.write(SampleEvent, t="sample", prompt=prompt, text=text, step=step)

    # What goes in and out.

    def input(self, port: str) -> Path:
        """The folder of an input, verified. Not to be written to."""
        found = self.spec.inputs[port]
        if not isinstance(found, JobInput):
            raise KeyError(f"{port} is a list of inputs: use slots()")
        return _folder(found)

    def slots(self, port: str) -> dict[str, Path]:
        """The folders of a list input, by slot."""
        found = self.spec.inputs[port]
        if isinstance(found, JobInput):
            raise KeyError(f"{port} is one input: use input()")
        return {one.slot: _folder(one) for one in found}

    def output(self, port: str) -> Path:
        """The folder to write an output into."""
        return _folder(self.spec.outputs[port])

    def seal(self, port: str, facts: dict[str, Any] | None = None) -> None:
        """The output is whole: nothing in its folder changes from now on."""
        made = MadeOutput(facts=facts or {}, files=list_made(self.output(port)))
        self.sealed[port] = made
        self.events.write(ArtifactEvent, t="artifact", port=port, facts=made.facts, files=made.files)

    # What is kept between attempts, and asked of Telar.

    def load_checkpoint(self) -> tuple[int, Path] | None:
        """The newest checkpoint of an earlier attempt, with its step."""
        given = self.spec.checkpoint.load
        return (given.step, Path(given.dir)) if given else None

    def newest_checkpoint(self) -> tuple[int, Path] | None:
        """As Telar has it now, those of this attempt included."""
        answer = self._asker.ask(CheckpointsAsk(ask="checkpoints"))
        assert isinstance(answer, CheckpointAnswer)
        return (answer.found.step, Path(answer.found.dir)) if answer.found else None

    def save_checkpoint(self, step: int, write: Callable[[Path], None]) -> None:
        """`write` fills the folder. It is kept when this returns: Telar took it, so the folder is gone."""
        name = f"step-{step}"
        folder = self._new_folder(name)
        write(folder)
        self._asker.ask(CheckpointMadeAsk(ask="checkpoint-made", step=step, dir=name, files=list_made(folder)))
        self.events.write(CheckpointEvent, t="checkpoint", step=step)

    def stage(self, name: str, key: Any, make: Callable[[Path], None]) -> Path:
        """A folder cached under `name`, `key` and the job's inputs: `make` runs only when no earlier attempt made it."""
        found = self._asker.ask(StageAsk(ask="stage", name=name, key=key))
        assert isinstance(found, FolderAnswer)
        if found.dir is not None:
            return Path(found.dir)
        made = f"stage-{len(list(Path(self.spec.checkpoint.save).iterdir()))}"
        folder = self._new_folder(made)
        make(folder)
        kept = self._asker.ask(StageMadeAsk(ask="stage-made", name=name, key=key, dir=made, files=list_made(folder)))
        assert isinstance(kept, FolderAnswer) and kept.dir is not None
        return Path(kept.dir)

    def secret(self, name: str) -> str:
        """A secret that a parameter of this job names, as `{"secret": NAME}`. It is sealed to a key of this process."""
        self._key = self._key or JobKey()
        public = base64.b64encode(self._key.public).decode("ascii")
        answer = self._asker.ask(SecretAsk(ask="secret", name=name, publicKey=public))
        assert isinstance(answer, SealedAnswer)
        enc, sealed = base64.b64decode(answer.enc), base64.b64decode(answer.sealed)
        return self._key.open(enc, sealed, name.encode("utf8")).decode("utf8")

    def _new_folder(self, name: str) -> Path:
        folder = Path(self.spec.checkpoint.save) / name
        folder.mkdir(parents=True)
        return folder


def peak_bytes() -> int:
    """The most memory this process has held. Linux counts kilobytes, macOS bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _folder(place: Any) -> Path:
    if place.dir is None:
        raise ValueError(f"{place.uri} must be fetched first: only folders are read here")
    return Path(place.dir)
