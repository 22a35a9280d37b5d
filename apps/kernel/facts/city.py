"""A whole invented city for measurements: parties and profiles by COPY, fast and in little memory.

For each sort of payer and each subject a pool of finished pieces of row is made once; a payer is one
piece from each pool. So values inside a subject agree with one another, hardly two payers are alike,
and making a row costs a few look-ups. Indexes stay: without them and with their rebuilding a load
took four fifths of the time, which is not worth searches that crawl meanwhile.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from django.db import connection, transaction

from apps.kernel.facts import runs, synthetic
from apps.kernel.facts.columns import as_text
from apps.kernel.facts.copying import cell, copy_lines
from apps.kernel.facts.models import SUBJECTS, Profile, Run
from apps.kernel.facts.synthetic import SORTS, Sort
from apps.kernel.parties.models import Party

CHUNK = 50_000
SOURCE = "synthetic"

_BITS = 10  # each pool holds two to the tenth pieces
_POOL = 2**_BITS
_PARTY_COLUMNS = ("id", "ref", "kind", "name", "district", "phone", "email", "registered_on", "active")

Progress = Callable[[int], None]


def fill(payers: int, *, seed: int = 2026, progress: Progress) -> Run:
    """Add ``payers`` invented taxpayers, telling ``progress`` how many are done."""
    run = runs.start(SOURCE, kind="load", as_of=synthetic.AS_OF)
    # The demonstration's taxpayers carry the first references of the same series.
    first = Party.objects.filter(ref__startswith=synthetic.reference(0)[:2]).count()
    pools = _Pools(seed)
    done = 0
    while done < payers:
        size = min(CHUNK, payers - done)
        numbers = range(first + done, first + done + size)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit = off")
            start = _reserve(cursor, size)
            copy_lines(cursor, "parties_party", _PARTY_COLUMNS, pools.parties(numbers, start))
            copy_lines(cursor, "facts_profile", pools.columns, pools.profiles(numbers, start, run))
            Run.objects.filter(pk=run.pk).update(received=done + size, changed=done + size)
        done += size
        progress(done)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE parties_party, facts_profile")
    return runs.finish(run)


def clear(*, progress: Progress) -> int:
    """Take every invented taxpayer of earlier loads away again; how many there were."""
    loaded = Profile.objects.filter(base_run__source__code=SOURCE).order_by()
    done = 0
    while batch := list(loaded.values_list("pk", flat=True)[:CHUNK]):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM facts_provenance WHERE party_id = ANY (%s)", [batch])
            cursor.execute("DELETE FROM facts_profile WHERE party_id = ANY (%s)", [batch])
            cursor.execute("DELETE FROM parties_party WHERE id = ANY (%s)", [batch])
        done += len(batch)
        progress(done)
    return done


def _reserve(cursor, size: int) -> int:
    """The first of ``size`` party ids nobody else will be given."""
    cursor.execute("LOCK TABLE parties_party IN SHARE ROW EXCLUSIVE MODE")
    cursor.execute(
        "SELECT setval(sequence, nextval(sequence) + %s) FROM (SELECT pg_get_serial_sequence('parties_party', 'id')"
        "::regclass AS sequence) s",
        [size],
    )
    return cursor.fetchone()[0] - size


@dataclass(frozen=True)
class _Pool:
    """What payers of one sort are made of."""

    sort: Sort
    names: list[str]
    registers: list[str]  # district and date of registration as the party has them
    pieces: list[list[str]]  # per subject


class _Pools:
    """Finished pieces of rows, and rows put together from them: the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self.columns = ["party_id", "base_run_id"]
        pools = {sort: _Pool(sort, _names(seed, sort), [], []) for sort in SORTS}
        for place, subject in enumerate(SUBJECTS):
            names = [field.name for field in subject._meta.local_fields]  # noqa: SLF001 - Django's public _meta
            self.columns += names
            for sort, pool in pools.items():
                rng = Random(f"{seed}/{sort.name}/{subject.__name__}")  # noqa: S311 - invented data
                made = [synthetic.values(rng, sort, subject) for _ in range(_POOL)]
                pool.pieces.append(["\t".join(cell(as_text(values.get(name))) for name in names) for values in made])
                if place == 0:
                    pool.registers.extend(f"{values['district']}\t\t\t{values['registration_date']}" for values in made)
        self._by_share = [pools[sort] for sort in SORTS for _ in range(sort.share)]

    def parties(self, numbers: range, start: int) -> Iterator[str]:
        """Lines of the party table."""
        for party_id, number in enumerate(numbers, start):
            pool, bits = self._draw(number)
            kind = Party.Kind.PERSON if pool.sort.is_person else Party.Kind.ORGANISATION
            name = pool.names[(bits >> 110) % _POOL]
            yield (
                f"{party_id}\t{synthetic.reference(number)}\t{kind.value}\t{name}\t{pool.registers[bits % _POOL]}\ttrue"
            )

    def profiles(self, numbers: range, start: int, run: Run) -> Iterator[str]:
        """Lines of the profile table for the same payers."""
        for party_id, number in enumerate(numbers, start):
            pool, bits = self._draw(number)
            cells = [str(party_id), str(run.pk)]
            for pieces in pool.pieces:
                cells.append(pieces[bits % _POOL])
                bits >>= _BITS
            yield "\t".join(cells)

    def _draw(self, number: int) -> tuple[_Pool, int]:
        """The sort of a payer, and 120 well mixed bits that choose its pieces."""
        bits = (number + self._seed * 0x9E3779B97F4A7C15 + 1) * 0xDA942042E4DD58B5F1A3B7C9D2E4F607 % 2**128
        bits = ((bits >> 64) ^ bits) * 0xC2B2AE3D27D4EB4F165667B19E3779F9 % 2**128
        return self._by_share[(bits >> 121) * 100 >> 7], bits


def _names(seed: int, sort: Sort) -> list[str]:
    rng = Random(f"{seed}/{sort.name}/names")  # noqa: S311 - invented data
    return [synthetic.name(rng, sort) for _ in range(_POOL)]
