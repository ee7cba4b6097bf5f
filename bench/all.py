# SPDX-License-Identifier: AGPL-3.0-or-later
"""Runs all benchmark scripts with the same arguments; their lists become one with --json."""
import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
figures = []
failed = False
for script in sorted(HERE.glob("*.py")):
    if script.name in ("all.py", "bench.py", "fidelity.py"):  # which needs a scorer
        continue
    as_json = "--json" in sys.argv
    done = subprocess.run([sys.executable, script, *sys.argv[1:]], check=False,
                          stdout=subprocess.PIPE if as_json else None)
    failed |= done.returncode != 0
    if as_json and done.returncode == 0:
        figures += json.loads(done.stdout)
if "--json" in sys.argv:
    print(json.dumps(figures))
sys.exit(failed)
