"""A write for want of room is told with its place; other errors of the system are not."""

from __future__ import annotations

import errno
import json
import resource
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from telar_jobs.disk_full import disk_failure

from .folder import make_job, read_events

TRAINER = Path(__file__).parent.parent


class DiskFull(unittest.TestCase):
    def test_names_the_folder_of_the_file(self) -> None:
        failure = disk_failure(OSError(errno.ENOSPC, "full", "/data/out/weights.bin"), "/job")
        assert failure is not None
        self.assertEqual(
            (failure.code, failure.reason, failure.values),
            ("UNAVAILABLE", "disk-full", {"place": "/data/out"}),
        )

    def test_names_the_job_where_the_error_names_no_file(self) -> None:
        failure = disk_failure(OSError(errno.EDQUOT, "quota"), "/job")
        assert failure is not None
        self.assertEqual(failure.values, {"place": "/job"})

    def test_other_errors_are_none(self) -> None:
        self.assertIsNone(disk_failure(PermissionError(errno.EACCES, "no"), "/job"))

    def test_a_job_that_may_write_no_further_says_so(self) -> None:
        with tempfile.TemporaryDirectory() as place:
            root = Path(place)
            folder = make_job(root / "job", {})
            (root / "writes.py").write_text(
                "def run(job):\n    with open(job.spec.tmp + '/big', 'wb') as f:\n        f.write(bytes(8_000_000))\n"
            )
            code = (
                "import sys; sys.path.insert(0, sys.argv[2]); from telar_jobs.__main__ import main;"
                "main('writes', sys.argv[1])"
            )
            limit = 1_000_000
            ended = subprocess.run(
                [sys.executable, "-c", code, str(folder), str(root)],
                env={"PYTHONPATH": str(TRAINER), "PATH": "/usr/bin:/bin"},
                preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
                check=False,
            )
            self.assertEqual(ended.returncode, 1)
            last = read_events(folder)[-1]
            self.assertEqual((last["t"], last["reason"]), ("error", "file-limit"), json.dumps(last))
