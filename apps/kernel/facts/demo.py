"""The demonstration's population: a few thousand invented taxpayers with trades, staff, contributions and facts."""

import datetime as dt
from collections import defaultdict
from random import Random

from django.db import transaction

from apps.kernel.facts import catalogue, register, runs, synthetic, writer
from apps.kernel.facts.models import SUBJECTS
from apps.kernel.facts.synthetic import SORTS, Sort, Values
from apps.kernel.parties.models import Office, Organisation, Party, Person

SEED = 31
_CHUNK = 1000


@transaction.atomic
def seed(parties: int = 3000) -> None:
    """Add the first ``parties`` invented taxpayers that are not there yet, and what is known of everyone."""
    offices = {
        office.district: office
        for office in Office.objects.filter(kind=Office.Kind.TAX_OFFICE, active=True).order_by("district", "-code")
    }
    known = set(Party.objects.filter(ref__startswith=synthetic.reference(0)[:2]).values_list("ref", flat=True))
    missing = [number for number in range(parties) if synthetic.reference(number) not in known]
    for begin in range(0, len(missing), _CHUNK):
        _add([_Taxpayer(number) for number in missing[begin : begin + _CHUNK]], offices)
    register.refresh()


class _Taxpayer:
    """One invented taxpayer: the same for the same number."""

    def __init__(self, number: int) -> None:
        rng = Random(f"{SEED}/{number}")  # noqa: S311 - invented data
        self.number = number
        self.sort: Sort = rng.choices(SORTS, weights=[sort.share for sort in SORTS])[0]
        self.facts: Values = {}
        for subject in SUBJECTS:
            self.facts |= synthetic.values(rng, self.sort, subject)
        self.trade = next((word for code, word, _ in synthetic.TRADES if code == self.facts.get("industry_code")), "")
        self.name = synthetic.name(rng, self.sort, self.trade)
        self.sex = rng.choice(Person.Sex.values)
        self.born = dt.date(1946, 1, 1) + dt.timedelta(days=rng.randrange(60 * 365))
        self.location = rng.choices(Organisation.Location.values, weights=(80, 15, 5))[0]
        self.house = rng.randint(1, 1900)

    def party(self, offices: dict[str, Office]) -> Party:
        """Its row on the register."""
        district = self.facts["district"]
        return Party(
            ref=synthetic.reference(self.number),
            kind=Party.Kind.PERSON if self.sort.is_person else Party.Kind.ORGANISATION,
            name=self.name,
            office=offices.get(district),
            district=district,
            phone=f"139{self.number:08d}",
            registered_on=self.facts["registration_date"],
        )

    def person(self, party: Party) -> Person:
        """Its identity; an odd serial says male, an even one female (GB 11643)."""
        serial = self.number * 2 + (self.sex == Person.Sex.MALE)
        number = synthetic.identity_number(serial, party.district, self.born)
        return Person(party=party, id_number=number, birth_date=self.born, sex=self.sex)

    def organisation(self, party: Party) -> Organisation:
        """Its licence."""
        stall = not self.sort.keeps_books
        return Organisation(
            party=party,
            uscc=synthetic.credit_code(self.number, party.district, stall=stall),
            form=self.sort.form,
            industry=self.facts["industry_code"],
            vat_kind=self.sort.vat,
            location=self.location,
            address=f"上海市演示路{self.house}号",
        )


def _add(taxpayers: list[_Taxpayer], offices: dict[str, Office]) -> None:
    parties = Party.objects.bulk_create(taxpayer.party(offices) for taxpayer in taxpayers)
    pairs = list(zip(taxpayers, parties, strict=True))
    Person.objects.bulk_create(made.person(party) for made, party in pairs if made.sort.is_person)
    Organisation.objects.bulk_create(made.organisation(party) for made, party in pairs if not made.sort.is_person)
    for source, rows in _by_source(pairs).items():
        run = runs.start(source, kind="demo", as_of=synthetic.AS_OF)
        writer.write(rows, run=run)
        runs.finish(run)


def _by_source(pairs: list[tuple[_Taxpayer, Party]]) -> dict[str, list[writer.Row]]:
    """The facts as each source would deliver them."""
    found: dict[str, list[writer.Row]] = defaultdict(list)
    for made, party in pairs:
        for field, value in made.facts.items():
            found[catalogue.entries()[field].source].append((party.pk, field, value, synthetic.AS_OF))
    return found
