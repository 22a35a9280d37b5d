"""Export the evidence to a directory that anyone can verify without the portal."""

import json
import shutil
from pathlib import Path

from apps.kernel.audit import checkpoints, keys, offline
from apps.kernel.audit.models import Stream
from apps.kernel.audit.reading import chained_rows, snapshot
from apps.kernel.workcalendar import clock


def export(directory: Path, *, stream: str = "") -> int:
    """Write events, heads, checkpoints, public keys and the verifier; returns the number of events.

    :raises FileExistsError: when the directory is there already; an export is never mixed with another.
    """
    names = checkpoints.files()
    directory.mkdir(parents=True)
    (directory / "checkpoints").mkdir()
    for name, text in checkpoints.texts(names):
        (directory / "checkpoints" / name).write_text(text, encoding="utf-8")
    with snapshot():
        events = _write_events(directory / "events.jsonl", stream)
        _write_heads(directory / "streams.jsonl", stream)
    manifest = {"stream": stream, "exported_at": clock.now().isoformat(), "public_keys": sorted(keys.trusted_keys())}
    (directory / "manifest.json").write_text(json.dumps(manifest, indent=2), encoding="utf-8")
    shutil.copyfile(offline.__file__, directory / "verify.py")
    return events


def _write_events(path: Path, stream: str) -> int:
    events = 0
    with path.open("w", encoding="utf-8") as file:
        for row in chained_rows(stream=stream):
            hashes = {name: bytes(row[name]).hex() for name in ("prev_hash", "hash")}
            file.write(json.dumps({**row, **hashes}, ensure_ascii=False) + "\n")
            events += 1
    return events


def _write_heads(path: Path, stream: str) -> None:
    heads = Stream.objects.filter(name=stream) if stream else Stream.objects.all()
    with path.open("w", encoding="utf-8") as file:
        for name, seq, head in heads.order_by("name").values_list("name", "seq", "head").iterator():
            file.write(json.dumps({"name": name, "seq": seq, "head": bytes(head).hex()}, ensure_ascii=False) + "\n")
