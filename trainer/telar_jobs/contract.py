"""What Telar and a job write to each other. Made by `npm run job-contract` from engines/job; not to be edited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """What a job must know: the content of job.json."""

    schema: Literal[1]
    nodeRunId: str
    attempt: int
    kind: str
    codeVersion: int
    params: dict[str, Any]
    threads: int
    gpus: JobGpus
    placement: JobPlacement | None  # Where it was planned to train: elsewhere the job is refused.
    seedRng: int  # The same for all attempts of one cache key: seeds whatever no parameter seeds.
    inputs: dict[str, JobInput | list[SlotInput]]
    outputs: dict[str, JobOutput]
    checkpoint: JobCheckpoint
    checkpointKey: str
    recipe: str | None  # Graph and digests that led here, as text.
    tmp: str  # A scratch folder, removed after the job.
    dataDirs: list[str]
    trustedPaths: list[str]
    modelsDir: str
    downloadsDir: str
    limits: JobLimits


@dataclass(frozen=True, kw_only=True, slots=True)
class JobGpus:
    """GPUs granted; `indices` unless the executor assigns its own."""

    count: int
    indices: list[int] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class JobPlacement:
    engine: str
    backend: str
    version: str
    device: Literal["cpu", "gpu"]
    arch: str
    threads: int


@dataclass(frozen=True, kw_only=True, slots=True)
class JobInput:
    """An input artifact, verified. Its folder is not to be written to."""

    type: PortType
    facts: dict[str, Any]
    digest: str
    dir: str | None = None
    uri: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SlotInput:
    """One artifact of a list input, by the name of its slot."""

    slot: str
    type: PortType
    facts: dict[str, Any]
    digest: str
    dir: str | None = None
    uri: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class JobOutput:
    """Where the files of an output go."""

    type: PortType
    dir: str | None = None
    uri: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class JobCheckpoint:
    save: str  # Folder below which checkpoints and stages are written.
    load: KeptCheckpoint | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptCheckpoint:
    """The newest checkpoint of an earlier attempt."""

    step: int
    dir: str


@dataclass(frozen=True, kw_only=True, slots=True)
class JobLimits:
    memoryBytes: int
    deadline: str | None  # UTC; null where none is set.


@dataclass(frozen=True, kw_only=True, slots=True)
class ProgressEvent:
    n: int
    t: Literal["progress"]
    done: float
    unit: str
    total: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class MetricEvent:
    n: int
    t: Literal["metric"]
    name: str
    step: float
    value: float | Literal["NaN", "Infinity", "-Infinity"]


@dataclass(frozen=True, kw_only=True, slots=True)
class LogEvent:
    """A code and values, never a sentence; library output is "text"."""

    n: int
    t: Literal["log"]
    at: str
    level: LogLevel
    code: str
    values: dict[str, str | float]


@dataclass(frozen=True, kw_only=True, slots=True)
class SampleEvent:
    n: int
    t: Literal["sample"]
    prompt: str
    text: str
    step: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckpointEvent:
    """The checkpoint of this step is kept."""

    n: int
    t: Literal["checkpoint"]
    step: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ArtifactEvent:
    """The output of one port is whole; `done` says the same again."""

    n: int
    t: Literal["artifact"]
    port: str
    facts: dict[str, Any]
    files: list[MadeFile]


@dataclass(frozen=True, kw_only=True, slots=True)
class MadeFile:
    """A file that a job has written: path below its folder, bytes, SHA-256."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DoneEvent:
    """The last event of a job that ended well."""

    n: int
    t: Literal["done"]
    outputs: dict[str, MadeOutput]
    peakBytes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class MadeOutput:
    """One output: its facts, and every file in its folder."""

    facts: dict[str, Any]
    files: list[MadeFile]


@dataclass(frozen=True, kw_only=True, slots=True)
class ErrorEvent:
    """The last event of a job that failed, or stopped as it was asked."""

    n: int
    t: Literal["error"]
    code: FailureCode
    reason: str
    values: dict[str, str | float]
    detail: str
    peakBytes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class StageAsk:
    """The folder made before under this name and key from the same inputs."""

    ask: Literal["stage"]
    name: str
    key: Any


@dataclass(frozen=True, kw_only=True, slots=True)
class StageMadeAsk:
    """Keep this folder; `dir` lies below `checkpoint.save`."""

    ask: Literal["stage-made"]
    name: str
    key: Any
    dir: str
    files: list[MadeFile]


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckpointsAsk:
    """The newest checkpoint that is whole."""

    ask: Literal["checkpoints"]
    scope: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckpointMadeAsk:
    """Keep this folder; `dir` lies below `checkpoint.save`."""

    ask: Literal["checkpoint-made"]
    step: int
    dir: str
    files: list[MadeFile]
    scope: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SecretAsk:
    """A secret that a parameter of this job names, sealed to this X25519 key (32 bytes, base64)."""

    ask: Literal["secret"]
    name: str
    publicKey: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FolderAnswer:
    """To stage and stage-made; null where there is none."""

    answer: Literal["folder"]
    dir: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckpointAnswer:
    """To checkpoints."""

    answer: Literal["checkpoint"]
    found: FoundCheckpoint | None


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundCheckpoint:
    step: int
    dir: str


@dataclass(frozen=True, kw_only=True, slots=True)
class KeptAnswer:
    """To checkpoint-made."""

    answer: Literal["kept"]


@dataclass(frozen=True, kw_only=True, slots=True)
class SealedAnswer:
    """To secret: HPKE of RFC 9180, see seal.ts."""

    answer: Literal["sealed"]
    enc: str
    sealed: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RefusedAnswer:
    """To any: why there is no answer."""

    answer: Literal["refused"]
    code: FailureCode
    reason: str
    values: dict[str, str | float]


PortType = Literal["dataset", "tokens", "model", "adapter", "report", "endpoint", "chain"]
JobEvent = ProgressEvent | MetricEvent | LogEvent | SampleEvent | CheckpointEvent | ArtifactEvent | DoneEvent | ErrorEvent
LogLevel = Literal["info", "warn", "error"]
FailureCode = Literal["INVALID_INPUT", "NODE_ERROR", "OUT_OF_MEMORY", "TIMED_OUT", "UNAVAILABLE", "WORKER_LOST", "INTERNAL"]
JobAsk = StageAsk | StageMadeAsk | CheckpointsAsk | CheckpointMadeAsk | SecretAsk
JobAnswer = FolderAnswer | CheckpointAnswer | KeptAnswer | SealedAnswer | RefusedAnswer
