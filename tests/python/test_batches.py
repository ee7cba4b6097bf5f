# SPDX-License-Identifier: AGPL-3.0-or-later
"""Batches over folders, with a journal."""
import asyncio
import json
import pathlib

import pytest

import libextract


@pytest.fixture
def folder(tmp_path):
    """Three texts, two of the same content, and an empty file."""
    root = tmp_path / "in"
    (root / "deep").mkdir(parents=True)
    (root / "one.txt").write_text("One.\n")
    (root / "deep" / "two.txt").write_text("Two.\n")
    (root / "deep" / "again.txt").write_text("One.\n")
    (root / "empty.txt").touch()
    return root


def states(journal):
    last = {}
    for line in pathlib.Path(journal).read_text().splitlines():
        found = json.loads(line)
        last[pathlib.Path(found["path"]).name] = found["status"]
    return last


def test_a_folder_stands_for_its_files(folder, run):
    alone = folder / "one.txt"
    items = {item.input: item for item in libextract.stream_batch([str(folder), alone])}
    names = {pathlib.Path(path).name for path in items if isinstance(path, str)}
    assert names == {"one.txt", "two.txt", "again.txt", "empty.txt"}
    assert items[alone].index == 1 and items[str(alone)].index == 0
    assert items[str(alone)].get().content == "One.\n"
    assert isinstance(items[str(folder / "empty.txt")].error, libextract.ExtractError)

    async def main():
        stream = libextract.stream_batch([folder], include=["t*.txt"])
        return [item.input async for item in stream]

    assert run(main()) == [str(folder / "deep" / "two.txt")]


def test_a_list_takes_no_folders(folder):
    (outcome,) = libextract.batch_extract_files_sync([folder])
    assert isinstance(outcome, libextract.ExtractError) and "is a directory" in str(outcome)
    with pytest.raises(libextract.ExtractError):
        libextract.batch_extract_files_sync([folder], journal=str(folder / "journal"))


def test_a_journal_goes_on(folder, tmp_path):
    journal = str(tmp_path / "journal.jsonl")
    stream = libextract.stream_batch([folder], journal=journal)
    assert len(list(stream)) == 4
    assert set(states(journal).values()) == {"complete", "failed"}
    with pytest.raises(libextract.ExtractError):
        list(libextract.stream_batch([folder], journal=journal))
    again = libextract.stream_batch([folder], journal=journal, resume=True)
    assert list(again) == [] and again.statistics["unchanged"] == 4
    (folder / "one.txt").write_text("Changed.\n")
    (folder / "empty.txt").write_text("Filled.\n")
    again = libextract.stream_batch([folder], journal=journal, resume=True)
    assert sorted(item.get().content for item in again) == ["Changed.\n", "Filled.\n"]
    assert states(journal)["empty.txt"] == "complete"


def test_failures_are_tried_again_when_asked_for(folder, tmp_path):
    journal = str(tmp_path / "journal.jsonl")
    list(libextract.stream_batch([folder], journal=journal))
    retried = libextract.stream_batch([folder], journal=journal, retry_failed=True)
    assert [pathlib.Path(item.input).name for item in retried] == ["empty.txt"]


def test_who_leaves_early_loses_nothing(folder, tmp_path):
    """The document that was given last is not done: what comes of it may not be safe."""
    journal = str(tmp_path / "journal.jsonl")
    with libextract.stream_batch([folder], journal=journal) as stream:
        first, second = next(stream), next(stream)
    assert len(states(journal)) == 1
    rest = [item.input for item in libextract.stream_batch([folder], journal=journal, resume=True)]
    assert len(rest) == 3 and second.input in rest and first.input not in rest


def test_the_same_content_once(folder, tmp_path):
    journal = str(tmp_path / "journal.jsonl")
    items = list(libextract.stream_batch([folder], journal=journal, same_content="once"))
    (same,) = [item for item in items if item.same_as]
    assert same.result is None and same.error is None
    assert {pathlib.Path(same.input).name, pathlib.Path(same.same_as).name} == {"one.txt", "again.txt"}
    assert states(journal)[pathlib.Path(same.input).name] == "same"


def test_the_same_content_that_fails_is_tried_each(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).write_text("5000")
    paths = [str(tmp_path / name) for name in ("one", "two")]
    stream = libextract.stream_batch(
        paths, mime_type="mock:spin", timeout=0.1, journal=str(tmp_path / "journal"), same_content="once"
    )
    items = list(stream)
    assert sorted(item.input for item in items) == paths
    assert all(isinstance(item.error, TimeoutError) for item in items)


def test_one_run_at_a_time(folder, tmp_path):
    journal = str(tmp_path / "journal.jsonl")
    first = libextract.stream_batch([folder], journal=journal)
    next(first)
    with pytest.raises(libextract.ExtractError, match="another run"):
        next(libextract.stream_batch([folder], journal=journal, resume=True))
    first.close()


def test_only_some_types(folder):
    stream = libextract.stream_batch([folder], types=["application/*"])
    assert all(item.error for item in stream)
    assert stream.statistics["skipped"] == 3 and stream.statistics["failed"] == 1


def test_the_loop_goes_on_meanwhile(tmp_path, run):
    """A walk over many files that have not changed does not hold the event loop."""
    for i in range(3000):
        (tmp_path / f"{i}.txt").write_text(f"{i}\n")
    journal = str(tmp_path / ".journal")
    assert sum(1 for _ in libextract.stream_batch([tmp_path], journal=journal)) == 3000

    async def main():
        longest, last = 0, asyncio.get_running_loop().time()
        async def tick():
            nonlocal longest, last
            while True:
                await asyncio.sleep(0)
                now = asyncio.get_running_loop().time()
                longest, last = max(longest, now - last), now
        ticker = asyncio.ensure_future(tick())
        stream = libextract.stream_batch([tmp_path], journal=journal, resume=True)
        found = [item async for item in stream]
        ticker.cancel()
        assert found == [] and stream.statistics["unchanged"] == 3000
        return longest

    assert run(main()) < 0.5
