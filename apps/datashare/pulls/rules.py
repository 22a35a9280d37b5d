"""The contract compiled into set-based rules over a page of rows: every rule judges a whole column at once.

Values arrive as text, empty ones as null. What is judged good is given as CSV that PostgreSQL reads
into typed columns; what breaks a rule is given row by row with all the rules it broke.
"""

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import polars as pl
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from polars.exceptions import ComputeError

from apps.datashare.catalogue.models import DataField
from apps.datashare.pulls import fingerprints
from apps.datashare.pulls.contract import KEY_SEPARATOR, Contract, Term

Type = DataField.Type
LINE, UPDATED, BROKEN, PRINT = "_line", "_updated", "_broken", "_print"
DATE_FORMS = ("%Y-%m-%d", "%Y%m%d")
TIME_FORMS = ("%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f")
BOOLEANS = {"true": True, "false": False, "1": True, "0": False, "是": True, "否": False, "Y": True, "N": False}
RULES = ("required", "type", "format", "codes", "length", "range")
LIKE_DECIMAL = pl.Decimal(38, 10)
LAST_YEAR = 9999
MOMENT = pl.Datetime("us", "UTC")


@dataclass
class BadRow:
    """One row that broke rules, as it came."""

    line: int
    key: str
    rules: list[str]
    raw: dict[str, str | None]


@dataclass
class Judged:
    """One page, judged: good rows to be kept in ``csv``, those held already as they are in ``same``."""

    rows: int
    good: int
    misshapen: int
    csv: bytes
    same: bytes
    bad: list[BadRow]
    total: Decimal | None = None
    counts: dict[str, dict[str, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Rule:
    """One rule of one field: which values it applies to and which of them break it."""

    term: Term
    kind: str
    breaks: pl.Expr

    @property
    def column(self) -> str:
        return f"{self.term.name}:{self.kind}"


class Judge:
    """The rules of one contract; made once for a run. ``held`` are the fingerprints of the rows that are held."""

    def __init__(self, contract: Contract, control_field: str = "", held: pl.Series | None = None) -> None:
        self.contract, self.held = contract, held
        numeric = {term.name for term in contract.terms if term.type in (Type.INTEGER, Type.NUMBER)}
        self.control_field = control_field if control_field in numeric else ""
        self.parsed = {term.name: parsed(term) for term in contract.terms}
        self.key_hashes: list[pl.Series] = []
        self.rules = [rule for term in contract.terms for rule in _rules(term)]

    def judge(self, frame: pl.DataFrame, page: int) -> Judged:
        """Judge one page of text columns: the contract's, ``_line``, and where they exist ``_updated``, ``_broken``.

        A row with the fingerprint of a held one was found good by these very rules: only the others are judged.

        :raises ValidationError: a pattern of the contract is no regular expression the portal can run.
        """
        if UPDATED not in frame.columns:
            frame = frame.with_columns(pl.lit(None, pl.String).alias(UPDATED))
        if BROKEN not in frame.columns:
            frame = frame.with_columns(pl.lit(False).alias(BROKEN))
        printed = fingerprints.of([*self.contract.names, UPDATED], self.contract.version_id)
        frame = frame.with_columns(printed.alias(PRINT))
        recognised = frame.select(*self.contract.keys, PRINT, LINE)
        if self.held is None:
            known, others = recognised.head(0), frame
        else:
            as_held = fingerprints.among(frame[PRINT], self.held) & ~frame[BROKEN]
            known, others = recognised.filter(as_held), frame.filter(~as_held)
        judged = self._by_the_rules(others)
        columns = [*(rule.column for rule in self.rules), f"{UPDATED}:type", ":structure"]
        broken = judged.select(pl.any_horizontal(columns)).to_series()
        bad, good = judged.filter(broken), judged.filter(~broken)
        keys = pl.struct(self.contract.keys).hash()
        self.key_hashes += [rows.select(keys).to_series() for rows in (known, good)]
        return Judged(
            rows=frame.height,
            good=known.height + good.height,
            misshapen=int(judged[":structure"].sum()),
            csv=self._csv(good, page),
            same=_written(known.select(PRINT, pl.lit(page).alias("_page"), LINE)),
            bad=list(self._bad(bad, columns)),
            total=self._total(frame),
            counts=self._counts(frame, judged),
        )

    def _by_the_rules(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows with their typed values, and for each rule a column that says who breaks it."""
        values = frame.lazy().with_columns(
            *(expression.alias(f"={name}") for name, expression in self.parsed.items() if expression is not None),
            moment(pl.col(UPDATED)).alias(f"={UPDATED}"),
        )
        stale = pl.col(UPDATED).is_not_null() & pl.col(f"={UPDATED}").is_null()
        try:
            return values.with_columns(
                *(rule.breaks.fill_null(value=False).alias(rule.column) for rule in self.rules),
                stale.alias(f"{UPDATED}:type"),
                pl.col(BROKEN).alias(":structure"),
            ).collect()
        except ComputeError as error:
            raise ValidationError(_("目录中的格式规则不能执行：%(why)s") % {"why": error}) from error

    def saw(self, rows: int) -> bool:
        """Whether it found exactly so many rows good: all of a run that nobody else began."""
        return sum(map(len, self.key_hashes)) == rows

    def no_key_twice(self) -> bool:
        """Whether no two good rows so far have the same key: then the database need not look for doubles."""
        if not self.key_hashes:
            return True
        seen = pl.concat(self.key_hashes).sort()  # a set of them would take several times the memory
        return not (seen == seen.shift()).any()

    def _csv(self, good: pl.DataFrame, page: int) -> bytes:
        """The good rows as they came; PostgreSQL reads them with Shanghai as its time zone."""
        return _written(
            good.select(
                *(
                    pl.col(f"={term.name}" if term.type == Type.BOOLEAN else term.name).alias(term.name)
                    for term in self.contract.terms
                ),
                pl.lit(page).alias("_page"),
                pl.col(LINE),
                pl.col(UPDATED),
                pl.col(PRINT),
            )
        )

    def _bad(self, bad: pl.DataFrame, columns: list[str]) -> Iterator[BadRow]:
        kept = [*self.contract.names, UPDATED]
        for row in bad.iter_rows(named=True):
            yield BadRow(
                line=row[LINE],
                key=KEY_SEPARATOR.join(row[name] or "" for name in self.contract.keys),
                rules=[column for column in columns if row[column]],
                raw={name: _storable(row[name]) for name in kept if row[name] is not None},
            )

    def _total(self, frame: pl.DataFrame) -> Decimal | None:
        """The sum of the control field over every row that has a number there, good or bad."""
        value = self.parsed.get(self.control_field)
        if value is None:
            return None
        return Decimal(frame.select(value.cast(LIKE_DECIMAL).sum()).item())

    def _counts(self, frame: pl.DataFrame, judged: pl.DataFrame) -> dict[str, dict[str, int]]:
        """The counts of each field, named as in ``RunCount``: what is filled of all rows, what failed of the judged."""
        sums = {
            **judged.select(pl.col(rule.column).sum() for rule in self.rules).row(0, named=True),
            **frame.select(pl.col(name).count().alias(f"#{name}") for name in self.contract.names).row(0, named=True),
        }
        counts = {}
        for term in self.contract.terms:
            filled = sums[f"#{term.name}"]
            found = {kind: sums.get(f"{term.name}:{kind}", 0) for kind in RULES}
            has = {rule.kind for rule in self.rules if rule.term is term}
            counts[term.name] = {
                "rows": frame.height,
                "filled": filled,
                "expected": frame.height if term.required else filled,
                "required_failed": found["required"],
                "type_checked": filled,
                "type_failed": found["type"],
                "format_checked": filled if has & {"format", "codes"} else 0,
                "format_failed": found["format"] + found["codes"],
                "codes_failed": found["codes"],
                "length_checked": filled if "length" in has else 0,
                "length_failed": found["length"],
                "range_checked": filled - found["type"] if "range" in has else 0,
                "range_failed": found["range"],
            }
        return counts


def parsed(term: Term) -> pl.Expr | None:
    """The typed value of a field, null where its text is no such value; None for text.

    Whatever is accepted here PostgreSQL accepts too, so good rows are written as they came.
    """
    value = pl.col(term.name)
    match term.type:
        case Type.INTEGER:
            return value.cast(pl.Int64, strict=False)
        case Type.NUMBER:
            return value.cast(LIKE_DECIMAL, strict=False)
        case Type.DATE:
            return value.map_batches(_dates, return_dtype=pl.Date)
        case Type.DATETIME:
            return moment(value)
        case Type.BOOLEAN:
            return value.replace_strict(BOOLEANS, default=None, return_dtype=pl.Boolean)
    return None


def moment(value: pl.Expr) -> pl.Expr:
    """An instant from text: with an offset, or Shanghai time without one."""
    return value.map_batches(_moments, return_dtype=MOMENT)


def _dates(texts: pl.Series) -> pl.Series:
    return _first_that_reads(texts, pl.Date, [*map(_day, DATE_FORMS)])


def _moments(texts: pl.Series) -> pl.Series:
    return _first_that_reads(texts, MOMENT, [*map(_zoned, TIME_FORMS), *map(_local, TIME_FORMS)])


def _day(form: str) -> Callable[[pl.Series], pl.Series]:
    return lambda left: left.str.to_date(form, strict=False)


def _zoned(form: str) -> Callable[[pl.Series], pl.Series]:
    return lambda left: (
        left.str.replace("Z$", "+00:00")
        .str.replace(r"(:[0-9]{2}(?:\.[0-9]+)?[+-][0-9]{2})([0-9]{2})?$", "${1}:${2}00")
        .str.replace(r"([+-][0-9]{2}:[0-9]{2})00$", "${1}")
        .str.to_datetime(f"{form}%:z", time_unit="us", time_zone="UTC", strict=False)
    )


def _local(form: str) -> Callable[[pl.Series], pl.Series]:
    return lambda left: (
        left.str.to_datetime(form, time_unit="us", strict=False)
        .dt.replace_time_zone(settings.TIME_ZONE, ambiguous="earliest", non_existent="null")
        .dt.convert_time_zone("UTC")
    )


def _first_that_reads(
    texts: pl.Series, kind: pl.DataType, forms: Sequence[Callable[[pl.Series], pl.Series]]
) -> pl.Series:
    """Each text by the first form that reads it; a later form is tried on what the earlier ones left."""
    if texts.null_count() == len(texts):
        return texts.cast(kind)
    found = forms[0](texts)
    for read in forms[1:]:
        left = (found.is_null() & texts.is_not_null()).arg_true()
        if left.is_empty():
            break
        found = found.scatter(left, read(texts.gather(left)))
    year = found.dt.year()
    sound = (year >= 1) & (year <= LAST_YEAR) & ~texts.str.starts_with("+")
    return found if sound.all() else pl.select(pl.when(sound).then(found)).to_series().alias(texts.name)


def _rules(term: Term) -> Iterator[_Rule]:
    value, typed = pl.col(term.name), pl.col(f"={term.name}")
    if term.required:
        yield _Rule(term, "required", value.is_null())
    if term.type == Type.STRING:
        yield _Rule(term, "type", value.str.contains("\x00", literal=True))
    else:
        yield _Rule(term, "type", value.is_not_null() & typed.is_null())
    if term.pattern:
        yield _Rule(term, "format", ~value.str.contains(f"^(?:{term.pattern})$"))  # the whole value, as deliveries do
    if term.codes:
        yield _Rule(term, "codes", ~value.is_in(list(term.codes)))
    if term.max_length:
        yield _Rule(term, "length", value.str.len_chars() > term.max_length)
    if term.type in (Type.INTEGER, Type.NUMBER):
        limits = []
        exact = typed.cast(LIKE_DECIMAL)
        if term.minimum is not None:
            limits.append(exact < pl.lit(term.minimum, LIKE_DECIMAL))
        if term.maximum is not None:
            limits.append(exact > pl.lit(term.maximum, LIKE_DECIMAL))
        if limits:
            yield _Rule(term, "range", pl.any_horizontal(limits))


def _written(frame: pl.DataFrame) -> bytes:
    out = io.BytesIO()
    frame.write_csv(out, include_header=False)
    return out.getvalue()


def _storable(text: str) -> str:
    """Text as PostgreSQL can keep it."""
    return text.replace("\x00", "�")
