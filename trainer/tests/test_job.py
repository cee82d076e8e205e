"""A job as a process: its folder is all it is given, and all that it leaves."""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from typing import Any

from telar_jobs.made_files import list_made

from .folder import make_job, read_events

TRAINER = Path(__file__).parent.parent


def start(folder: Path, module: str = "telar_jobs.echo", path: str = "") -> subprocess.Popen[bytes]:
    env = {**os.environ, "PYTHONPATH": f"{TRAINER}{os.pathsep}{path}", "PYTHONSAFEPATH": "1"}
    return subprocess.Popen([sys.executable, "-m", "telar_jobs", module, str(folder)], env=env)


def answer(folder: Path, number: int, content: dict[str, Any]) -> None:
    part = folder / "answers" / ".part"
    part.write_text(json.dumps(content), "ascii")
    part.rename(folder / "answers" / f"{number}.json")


def keep_checkpoints(folder: Path, process: subprocess.Popen[bytes]) -> int:
    """Says to every question that the checkpoint is kept, until the job ends."""
    number = 1
    while process.poll() is None:
        if (folder / "asks" / f"{number}.json").exists():
            answer(folder, number, {"answer": "kept"})
            number += 1
        time.sleep(0.005)
    return process.returncode


class Echo(unittest.TestCase):
    def setUp(self) -> None:
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.root = Path(place.name)

    def test_says_what_it_does_in_numbered_events_and_names_every_file(self) -> None:
        folder = make_job(self.root, {"text": "hola\ud800", "steps": 2})
        self.assertEqual(keep_checkpoints(folder, start(folder)), 0)
        events = read_events(folder)
        self.assertEqual([event["n"] for event in events], list(range(1, len(events) + 1)))
        kinds = ["log"] + ["metric", "checkpoint", "progress"] * 2 + ["sample", "artifact", "done"]
        self.assertEqual([event["t"] for event in events], kinds)
        made = events[-1]["outputs"]["data"]
        self.assertEqual(made["facts"], {"shape": "text", "rows": 2})
        self.assertEqual(made["files"], [vars_of(file) for file in list_made(folder / "outputs/data")])

    def test_goes_on_from_a_checkpoint_and_ends_with_the_same_bytes(self) -> None:
        whole = make_job(self.root / "whole", {"text": "a", "steps": 3})
        keep_checkpoints(whole, start(whole))
        kept = {"step": 2, "dir": str(self.root / "whole/checkpoints/step-2")}
        rest = make_job(self.root / "rest", {"text": "a", "steps": 3})
        make_job(rest, {"text": "a", "steps": 3}, checkpoint={"load": kept, "save": str(rest / "checkpoints")})
        keep_checkpoints(rest, start(rest))
        self.assertEqual(read_events(rest)[-1]["outputs"], read_events(whole)[-1]["outputs"])
        self.assertEqual([e["step"] for e in read_events(rest) if e["t"] == "metric"], [3])

    def test_stops_for_a_file_and_for_a_signal_with_its_checkpoints_kept(self) -> None:
        for name, stop in (("file", lambda p, f: (f / "stop").touch()), ("signal", lambda p, f: p.send_signal(signal.SIGTERM))):
            folder = make_job(self.root / name, {"steps": 1000, "seconds": 0.05})
            process = start(folder)
            while not (folder / "asks/2.json").exists():
                if (folder / "asks/1.json").exists() and not (folder / "answers/1.json").exists():
                    answer(folder, 1, {"answer": "kept"})
                time.sleep(0.01)
            stop(process, folder)
            self.assertEqual(process.wait(20), 143)
            events = read_events(folder)
            self.assertEqual((events[-1]["t"], events[-1]["reason"]), ("error", "stopped"))
            self.assertIn({"t": "checkpoint", "step": 1}, [{k: e[k] for k in ("t", "step") if k in e} for e in events])

    def test_a_secret_is_asked_for_with_a_key_and_a_refusal_is_the_failure(self) -> None:
        folder = make_job(self.root, {"secret": {"secret": "HUB"}})
        process = start(folder)
        while not (folder / "asks/1.json").exists():
            time.sleep(0.01)
        asked = json.loads((folder / "asks/1.json").read_text("ascii"))
        self.assertEqual((asked["ask"], asked["name"], len(base64.b64decode(asked["publicKey"]))), ("secret", "HUB", 32))
        answer(
            folder,
            1,
            {"answer": "refused", "code": "INVALID_INPUT", "reason": "secret-missing", "values": {"name": "HUB"}},
        )
        self.assertEqual(process.wait(20), 1)
        last = read_events(folder)[-1]
        self.assertEqual((last["code"], last["reason"], last["values"]), ("INVALID_INPUT", "secret-missing", {"name": "HUB"}))


class AnyModule(unittest.TestCase):
    """Jobs written here, to see what the frame makes of them."""

    def setUp(self) -> None:
        place = tempfile.TemporaryDirectory()
        self.addCleanup(place.cleanup)
        self.root = Path(place.name)

    def run_code(self, code: str) -> list[dict[str, Any]]:
        (self.root / "written.py").write_text(code, "utf8")
        folder = make_job(self.root / "job")
        start(folder, "written", str(self.root)).wait(20)
        return read_events(folder)

    def test_what_libraries_print_is_logged_as_text(self) -> None:
        code = "import sys\ndef run(job):\n print('half', end='')\n print('\\r10%\\r20%', file=sys.stderr)\n job.seal('data')\n"
        logs = [(e["level"], e["code"], e["values"]) for e in self.run_code(code) if e["t"] == "log"]
        self.assertEqual(
            logs,
            [("warn", "text", {"text": "10%"}), ("warn", "text", {"text": "20%"}), ("info", "text", {"text": "half"})],
        )

    def test_a_bug_is_internal_and_keeps_its_traceback(self) -> None:
        last = self.run_code("def run(job):\n raise TypeError('a bug')\n")[-1]
        self.assertEqual((last["t"], last["code"], last["reason"]), ("error", "INTERNAL", "internal"))
        self.assertIn("TypeError: a bug", last["detail"])

    def test_no_memory_says_so(self) -> None:
        last = self.run_code("def run(job):\n raise MemoryError\n")[-1]
        self.assertEqual((last["code"], last["reason"]), ("OUT_OF_MEMORY", "out-of-memory"))

    def test_an_output_that_was_not_sealed_is_named(self) -> None:
        last = self.run_code("def run(job):\n pass\n")[-1]
        self.assertEqual((last["reason"], last["values"]), ("output-missing", {"port": "data"}))

    def test_a_link_is_no_output(self) -> None:
        code = "def run(job):\n (job.output('data') / 'x').symlink_to('/etc/hostname')\n job.seal('data')\n"
        last = self.run_code(code)[-1]
        self.assertEqual(last["t"], "error")
        self.assertIn("x is not a regular file", last["detail"])


def vars_of(file: Any) -> dict[str, Any]:
    return {"path": file.path, "size": file.size, "sha256": file.sha256}
