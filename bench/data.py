# SPDX-License-Identifier: AGPL-3.0-or-later
"""Data and archives that are large, or larger than they look. Each by a process of its own, with default limits
but that of the input.

jsonl_mb   peak memory with 2 GB of JSON Lines (at most 200)
tar_mb     peak memory with a TAR of 2 GB, its members extracted (at most 200)
bombs_s    the longest time that one of the bombs takes: nested ZIPs of 4 GB (as 42.zip), XML whose entities
           would be 10 GB, JSON 50 million deep, aliases of YAML for a billion words (at most 1)
bombs_mb   the greatest memory that one of them takes (at most 100)

Made by this script. Of the times the smallest of --pairs runs counts.
"""
import io
import json
import multiprocessing
import random
import struct
import tarfile
import tempfile
import zipfile
import zlib
from pathlib import Path

import bench

LARGE = 2_000_000_000
WORDS = "the fox reads what a dog wrote about ships and harbours in a long cold spring".split()


def write_lines(path):
    """Events as programs log them: flat, with a member that is not in all of them."""
    numbers = random.Random(1)
    block = []
    for i in range(100_000):
        event = {"id": i, "level": numbers.choice(["info", "warn"]), "ms": round(numbers.random() * 1000, 3),
                 "message": " ".join(numbers.choices(WORDS, k=12))}
        if i % 7 == 0:
            event["tags"] = numbers.choices(WORDS, k=2)
        block.append(json.dumps(event))
    block = ("\n".join(block) + "\n").encode()
    with open(path, "wb") as file:
        for _ in range(LARGE // len(block) + 1):
            file.write(block)


def write_tar(path):
    numbers = random.Random(2)
    text = " ".join(numbers.choices(WORDS, k=200_000)).encode()
    with tarfile.open(path, "w") as archive:
        for i in range(LARGE // len(text) + 1):
            member = tarfile.TarInfo(f"notes/{i:04}.txt")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text))


def zeros(name):
    """A ZIP with one file of 4 GB less a byte, put together from one compressed piece."""
    piece, size = bytes(1 << 20), (1 << 32) - 1
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    deflate.compress(piece)
    deflate.flush(zlib.Z_FULL_FLUSH)
    again = deflate.compress(piece) + deflate.flush(zlib.Z_FULL_FLUSH)
    rest = size % len(piece)
    data = again * (size // len(piece)) + deflate.compress(bytes(rest)) + deflate.flush()
    crc = 0
    for _ in range(size // len(piece)):
        crc = zlib.crc32(piece, crc)
    crc = zlib.crc32(bytes(rest), crc)
    fields = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 0, crc, len(data), size, len(name), 0)
    entry = b"PK\1\2\24\0" + fields + bytes(10) + bytes(4) + name
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 1, 1, len(entry), 30 + len(name) + len(data), 0)
    return b"PK\3\4" + fields + name + data + entry + end


def nested(inner, levels):
    for level in range(levels):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for i in range(16):
                archive.writestr(f"lib {level} {i:x}.zip", inner)
        inner = packed.getvalue()
    return inner


def write_zips(path):
    path.write_bytes(nested(zeros(b"0.dll"), 2))


def write_entities(path):
    path.write_text(f'<!DOCTYPE a [<!ENTITY x "{"a" * 100_000}">]><a>{"&x;" * 100_000}</a>')


def write_brackets(path):
    path.write_bytes(b"[" * 50_000_000)


def write_aliases(path):
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 10)]
    path.write_text("\n".join(lines))


BOMBS = {"42.zip": write_zips, "quadratic.xml": write_entities, "deep.json": write_brackets,
         "aliases.yaml": write_aliases}


def measure(path, write, count):
    """Written by a process of its own: what a process that starts another one holds would count."""
    writer = multiprocessing.Process(target=write, args=(path,))
    writer.start()
    writer.join()
    costs = [bench.run(bench.EXTRACT, "--quiet", "--max-input-size", "0", "--attachments", "extract", str(path))
             for _ in range(count)]
    cost = bench.Cost(min(cost.wall for cost in costs), peak_mb=bench.middle(costs, "peak_mb"))
    bench.say(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB, {cost.wall:.2f} s, {cost.peak_mb:.0f} MB")
    path.unlink()
    return cost


def main():
    options = bench.options(__doc__)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        lines = measure(folder / "large.jsonl", write_lines, 1)
        tar = measure(folder / "large.tar", write_tar, 1)
        bombs = [measure(folder / name, write, options.pairs) for name, write in BOMBS.items()]
    bench.report(options.json, [("jsonl_mb", lines.peak_mb, "MB"), ("tar_mb", tar.peak_mb, "MB"),
                                ("bombs_s", max(cost.wall for cost in bombs), "s"),
                                ("bombs_mb", max(cost.peak_mb for cost in bombs), "MB")])


if __name__ == "__main__":
    main()
