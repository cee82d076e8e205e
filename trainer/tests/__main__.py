"""Runs all tests of the Python package: `python3 -m tests REPORT` in trainer/ writes the counts as JSON to REPORT."""

from __future__ import annotations

import json
import sys
import unittest
from pathlib import Path

here = Path(__file__).parent
suite = unittest.defaultTestLoader.discover(str(here), top_level_dir=str(here.parent))
result = unittest.TextTestRunner(verbosity=2).run(suite)
failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
skipped = len(result.skipped)
passed = result.testsRun - failed - skipped - len(result.expectedFailures)
Path(sys.argv[1]).write_text(json.dumps({"passed": passed, "failed": failed, "skipped": skipped}), "ascii")
sys.exit(0 if failed == 0 and passed > 0 else 1)
