# SPDX-License-Identifier: AGPL-3.0-or-later
"""The sessions of docs/guide/python.md."""
import doctest
import os
import pathlib

ROOT = pathlib.Path(__file__).parents[2]


def test_guide(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    os.symlink(ROOT / "fixtures", "fixtures")
    text = (ROOT / "docs" / "guide" / "python.md").read_text().replace("\n```", "\n\n```")
    test = doctest.DocTestParser().get_doctest(text, {}, "python.md", "python.md", 0)
    said = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    runner.run(test, out=said.append)
    assert runner.summarize(verbose=False).failed == 0, "".join(said)
    assert test.examples
