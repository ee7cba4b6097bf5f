# SPDX-License-Identifier: AGPL-3.0-or-later
"""Proof that a batch loses nothing: batches.py EXTRACT FIXTURES.

A folder of documents, some of which fail, is extracted undisturbed. Then again while its worker
processes are killed at random moments, and while it is killed itself and resumed, into a tree, JSON
Lines and a database; on a full disk; and while files change and vanish. The outputs must be the
same, and nothing may be left behind: no process, no half-written file. XTR_TEST_LONG asks for more
kills.
"""
import json
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

EXTRACT, FIXTURES = sys.argv[1], Path(sys.argv[2])
WORKER = str(Path(EXTRACT).resolve().parent.parent / "lib" / "extract-worker")
LONG = bool(os.environ.get("XTR_TEST_LONG"))
WORKER_KILLS, PARENT_KILLS = (100, 20) if LONG else (12, 4)
LIMIT = 300  # seconds for one run
passed = failed = 0


def check(name, right, details=""):
    global passed, failed
    passed, failed = passed + bool(right), failed + (not right)
    if not right:
        print(f"FAILED {name}: {details}")


def make_documents(folder, copies):
    """Our PDFs and texts in many folders, each copy with a name of its own; every tenth is followed
    by bytes that make it another document."""
    files = sorted(p for kind in ("pdf", "text") for p in (FIXTURES / kind).iterdir()
                   if p.is_file() and p.stat().st_size < 200_000 and "encrypt" not in p.name)
    for copy in range(copies):
        for i, file in enumerate(files):
            place = folder / f"{copy % 7}" / f"{i % 5}"
            place.mkdir(parents=True, exist_ok=True)
            data = file.read_bytes()
            (place / f"{copy}-{file.name}").write_bytes(data + f"\n% {copy}\n".encode() if copy % 10 else data)


def command(folder, output, *more):
    return [EXTRACT, "batch", str(folder), "--output", str(output), "--format", "markdown", "--ocr", "off",
            "--quiet", *more]


def run(folder, output, *more, **how):
    return subprocess.run(command(folder, output, *more), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                          timeout=LIMIT, **how)


def tree(output):
    return {str(p.relative_to(output)): p.read_bytes() for p in output.rglob("*") if p.is_file()}


def lines(output):
    """By path; nothing may be there twice."""
    found = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    by_path = {one["path"]: one for one in found}
    check("no line twice", len(by_path) == len(found), f"{len(found)} lines, {len(by_path)} paths")
    return by_path


def database(output):
    found = sqlite3.connect(output)
    return (sorted(found.execute("SELECT path, status, mime_type, title, content, metadata, pages, error_code"
                                 " FROM documents")),
            sorted(found.execute("SELECT path, number, pages.content FROM pages JOIN documents ON document = id")))


def journaled(output):
    last = {}
    with open(f"{output}.journal.jsonl", encoding="utf-8") as journal:
        for line in journal:
            found = json.loads(line)
            last[found["path"]] = found["status"]
    return {path: "complete" if status == "same" else status for path, status in last.items()}


def processes():
    """Numbers of the worker processes of this build."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and os.readlink(entry / "exe").removesuffix(" (deleted)") == WORKER:
                found.append(int(entry.name))
        except OSError:
            pass  # it has just ended
    return found


def kill_workers(run, count, seed):
    """Kills worker processes of a run one after the other; how many it hit."""
    dice, killed = random.Random(seed), 0
    while run.poll() is None and killed < count:
        time.sleep(dice.uniform(0.005, 0.05))
        others = processes()
        if others:
            try:
                os.kill(dice.choice(others), signal.SIGKILL)
                killed += 1
            except ProcessLookupError:
                pass
    return killed


def nothing_left(name, output):
    """No process, no draft of a file."""
    end = time.monotonic() + 10
    while processes() and time.monotonic() < end:
        time.sleep(0.05)
    check(f"{name}: no process is left", not processes(), processes())
    drafts = [p for p in output.parent.rglob(".extract-*")]
    check(f"{name}: no draft is left", not drafts, drafts)


def compare(name, found, wanted):
    if isinstance(wanted, dict):
        wrong = [key for key in set(found) | set(wanted) if found.get(key) != wanted.get(key)]
        check(name, not wrong, f"{len(wrong)} of {len(wanted)} differ, such as {wrong[:3]}")
    else:
        check(name, found == wanted, "the rows differ")


def workers_killed(folder, base, reading, wanted, wanted_states):
    killed, seed, output = 0, 0, base
    while killed < WORKER_KILLS:
        seed += 1
        shutil.rmtree(output, ignore_errors=True)
        child = subprocess.Popen(command(folder, output, "--force"), stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
        killed += kill_workers(child, WORKER_KILLS - killed, seed)
        child.wait(LIMIT)
        compare("workers killed", reading(output), wanted)
        compare("workers killed: journal", journaled(output), wanted_states)
    nothing_left("workers killed", output)
    print(f"{killed} worker processes killed in {seed} runs")


def parents_killed(folder, output, reading, wanted, wanted_states, duration):
    dice, killed, runs = random.Random(7), 0, 0
    child = subprocess.Popen(command(folder, output), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while killed < PARENT_KILLS:
        try:
            child.wait(dice.uniform(0.02, duration * 0.4))
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)
            child.wait(LIMIT)
            killed += 1
            if killed == PARENT_KILLS:
                break
        runs += 1
        # Once all is done the rest of the kills begins with another document or two.
        more = ["--resume"] if runs % 3 else ["--force"]
        child = subprocess.Popen(command(folder, output, *more), stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
    done = run(folder, output, "--resume")
    check(f"{output.name}: resumed", done.returncode in (0, 64), done.stderr)
    compare(f"{output.name}: the program killed", reading(output), wanted)
    compare(f"{output.name}: the program killed: journal", journaled(output), wanted_states)
    nothing_left(f"{output.name}: the program killed", output)
    print(f"{output.name}: the program killed {killed} times")


def no_large_files(size):
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    return limit


def disk_is_full(folder, output, reading, wanted):
    """Files cannot grow: what cannot be written ends the run, and resuming completes it."""
    # In threads: a worker process, too, could write no more.
    done = run(folder, output, "--isolation", "thread", preexec_fn=no_large_files(20_000))
    check(f"{output.name}: a full disk is said", done.returncode == 20 and done.stderr, done.returncode)
    done = run(folder, output, "--resume")
    check(f"{output.name}: resumed after a full disk", done.returncode in (0, 64), done.stderr)
    compare(f"{output.name}: after a full disk", reading(output), wanted)


def files_change(folder, output):
    """Files are written and removed meanwhile: the run survives, and the next one has the last word."""
    files = [folder / f"{i % 9}" / f"{i}.txt" for i in range(500)]
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{file.name} as it was.\n")
    dice, stop = random.Random(3), threading.Event()

    def disturb():
        while not stop.wait(0.001):
            file = dice.choice(files)
            if dice.random() < 0.5:
                file.unlink(missing_ok=True)
            else:
                file.write_text(f"Changed {dice.random()}.\n")

    thread = threading.Thread(target=disturb)
    thread.start()
    done = run(folder, output)
    stop.set()
    thread.join()
    check("files change: the run ends as it should", done.returncode in (0, 64), done.stderr)
    run(folder, output, "--resume", "--retry-failed")
    wrong = [path for path in files if path.exists() and
             (output / path.relative_to(folder)).with_name(path.name + ".md").read_text() != path.read_text()]
    check("files change: the last word", not wrong, wrong[:3])


def main():
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        folder = root / "in"
        make_documents(folder, 20 if LONG else 3)
        count = sum(1 for p in folder.rglob("*") if p.is_file())
        references = {"tree": tree, "lines.jsonl": lines, "base.sqlite": database}
        for name, reading in references.items():
            (root / "right").mkdir(exist_ok=True)
            output = root / "right" / name
            start = time.monotonic()
            done = run(folder, output)
            duration = time.monotonic() - start
            check(f"{name}: undisturbed", done.returncode in (0, 64), done.stderr)
            wanted, states = reading(output), journaled(output)
            check(f"{name}: every document is in the journal", len(states) == count, f"{len(states)} of {count}")
            start = time.monotonic()
            run(folder, output, "--resume")
            check(f"{name}: nothing to do is quick", time.monotonic() - start < max(0.1 * duration, 0.5))
            if name == "tree":
                workers_killed(folder, root / "workers", reading, wanted, states)
            parents_killed(folder, root / name, reading, wanted, states, duration)
            disk_is_full(folder, root / f"full-{name}", reading, wanted)
        files_change(root / "texts", root / "changing")
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed > 0)


main()
