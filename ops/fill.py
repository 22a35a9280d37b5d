"""Brings database and files of a running PostgreSQL to what the portal needs before it serves.

Translations, static files, tables, calendar, law, demonstration data, search - in one process, because each Django
start costs seconds. Run again it changes only what is out of date. ``--files`` leaves the
database alone, ``--tables`` makes the tables and nothing else.
"""

import gc
import hashlib
import io
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import django
from babel.messages import mofile, pofile
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

UNUSED = ["redoc"]  # the API page shows itself with Swagger UI


def compile_translations(folder: Path) -> None:
    """Compile each .po that is newer than its .mo; no system gettext needed."""
    for source in folder.glob("*/LC_MESSAGES/*.po"):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime > source.stat().st_mtime:
            continue
        with source.open("rb") as text:
            catalog = pofile.read_po(text, locale=source.parent.parent.name)
        fresh = target.with_suffix(".mo.new")
        with fresh.open("wb") as output:
            mofile.write_mo(output, catalog)
        fresh.replace(target)


def collect_static_files() -> None:
    """Collect, fingerprint and compress static files, unless none has changed."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            digest.update(f"{path} {storage.size(path)} {storage.get_modified_time(path)}\n".encode())
    stamp = Path(settings.STATE_DIR) / "static-files"
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    call_command("collectstatic", interactive=False, clear=True, verbosity=0, ignore_patterns=UNUSED)
    stamp.write_text(digest.hexdigest())


def _timed(what: str, step: Callable[[], object]) -> None:
    started = time.monotonic()
    step()
    print(f"  {what:<24}{time.monotonic() - started:6.1f} s", flush=True)


def _migrate() -> None:
    """Django builds the models anew for each operation; collecting that rubbish less often saves a third of it."""
    usual = gc.get_threshold()
    gc.set_threshold(200_000, 20, 20)
    call_command("migrate", interactive=False, verbosity=0)
    gc.set_threshold(*usual)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taxportal.settings")
    django.setup()
    if "--tables" in sys.argv:
        _migrate()
        return
    _timed("translations", lambda: [compile_translations(folder) for folder in settings.LOCALE_PATHS])
    _timed("static files", collect_static_files)
    if "--files" in sys.argv:
        return
    _timed("tables", _migrate)
    _timed("calendar", lambda: call_command("load_calendar", verbosity=0))
    _timed("law", lambda: call_command("load_law", verbosity=0))
    if settings.PORTAL_DEMO:
        _timed("demonstration data", lambda: call_command("seed_demo", verbosity=0))
    _timed("search index", lambda: call_command("index_search", stdout=io.StringIO()))


if __name__ == "__main__":
    main()
