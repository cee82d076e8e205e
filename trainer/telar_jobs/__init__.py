"""Jobs of Telar in Python: a folder with `job.json` goes in, `events.ndjson` and outputs come out.

    python3 -m telar_jobs telar_jobs.echo FOLDER

A job is a module with `run(job: RunningJob) -> None`. The standard library of Python 3.11 is enough to run one.
"""
