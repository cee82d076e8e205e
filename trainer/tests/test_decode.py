"""The contract is read strictly: what this version does not know is refused by name."""

from __future__ import annotations

import json
import math
import tempfile
import unittest
from pathlib import Path

from telar_jobs.contract import Job, JobAnswer, JobGpus, MetricEvent, ProgressEvent
from telar_jobs.decode import DecodeError, decode, encode

from .folder import make_job


class Decode(unittest.TestCase):
    def setUp(self) -> None:
        with tempfile.TemporaryDirectory() as root:
            self.job = json.loads((make_job(Path(root)) / "job.json").read_text("ascii"))

    def test_what_is_decoded_encodes_to_the_same_document(self) -> None:
        self.assertEqual(encode(decode(Job, self.job, "job.json")), self.job)

    def test_names_the_key_that_is_missing_unknown_or_of_another_type(self) -> None:
        lacks = {key: value for key, value in self.job.items() if key != "attempt"}
        for job, word in (
            (lacks, "lacks attempt"),
            ({**self.job, "colour": 1}, "does not know colour"),
            ({**self.job, "threads": "2"}, "job.json.threads: '2' is not int"),
            ({**self.job, "threads": True}, "job.json.threads"),
            ({**self.job, "schema": 2}, "job.json.schema: 2 is none of"),
            ({**self.job, "gpus": {"count": 1, "indices": ["0"]}}, r"job.json.gpus.indices"),
        ):
            with self.assertRaisesRegex(DecodeError, word):
                decode(Job, job, "job.json")

    def test_answers_are_told_apart(self) -> None:
        answer = decode(JobAnswer, {"answer": "folder", "dir": None}, "1.json")  # type: ignore[arg-type]
        self.assertEqual(encode(answer), {"answer": "folder", "dir": None})
        with self.assertRaises(DecodeError):
            decode(JobAnswer, {"answer": "maybe"}, "1.json")  # type: ignore[arg-type]

    def test_numbers_that_json_lacks_are_text_and_absent_stays_absent(self) -> None:
        values = [math.nan, math.inf, -math.inf, 1.5]
        told = [encode(MetricEvent(n=1, t="metric", name="loss", step=1, value=v))["value"] for v in values]
        self.assertEqual(told, ["NaN", "Infinity", "-Infinity", 1.5])
        self.assertNotIn("total", encode(ProgressEvent(n=1, t="progress", done=1, unit="rows")))
        self.assertEqual(encode(JobGpus(count=0)), {"count": 0})
