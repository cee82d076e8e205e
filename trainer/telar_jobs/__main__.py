"""Runs one job: `python3 -m telar_jobs MODULE FOLDER`. Exit code 0 when it is done, 1 when it failed, 143 when stopped."""

from __future__ import annotations

import contextlib
import importlib
import sys
import traceback
from pathlib import Path
from typing import NoReturn

from .captured_output import CapturedOutput
from .contract import DoneEvent, ErrorEvent
from .disk_full import disk_failure
from .failure import Failure, Stopped
from .running_job import RunningJob, peak_bytes

DETAIL_CHARS = 4_000
STOPPED = 143


def main(module: str, folder: str) -> NoReturn:
    job = RunningJob(Path(folder))
    job.stop.listen()
    sys.exit(run(job, module))


def run(job: RunningJob, module: str) -> int:
    out = CapturedOutput(lambda text: job.log("info", "text", {"text": text}))
    err = CapturedOutput(lambda text: job.log("warn", "text", {"text": text}))
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                importlib.import_module(module).run(job)
            finally:
                # What a library wrote last comes before the event that ends the job.
                out.finish()
                err.finish()
    except Stopped:
        return _fail(job, Failure("INTERNAL", "stopped"), STOPPED)
    except Failure as failure:
        return _fail(job, failure)
    except MemoryError:
        gigabytes = round(peak_bytes() / 1e9, 1)
        return _fail(job, Failure("OUT_OF_MEMORY", "out-of-memory", {"gigabytes": gigabytes}))
    except OSError as error:
        return _fail(job, disk_failure(error, folder=str(job.folder)) or Failure("INTERNAL", "internal"))
    except BaseException:
        return _fail(job, Failure("INTERNAL", "internal"))
    missing = sorted(job.spec.outputs.keys() - job.sealed.keys())
    if missing:
        return _fail(job, Failure("INTERNAL", "output-missing", {"port": missing[0]}))
    job.events.write(DoneEvent, t="done", outputs=job.sealed, peakBytes=peak_bytes())
    return 0


def _fail(job: RunningJob, failure: Failure, code: int = 1) -> int:
    raised = sys.exc_info()[1] is not None and failure.reason != "stopped"
    detail = traceback.format_exc()[-DETAIL_CHARS:] if raised else ""
    job.events.write(
        ErrorEvent,
        t="error",
        code=failure.code,
        reason=failure.reason,
        values=failure.values,
        detail=detail,
        peakBytes=peak_bytes(),
    )
    return code


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: python3 -m telar_jobs MODULE FOLDER")
    main(sys.argv[1], sys.argv[2])
