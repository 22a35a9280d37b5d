"""Facts said by a department, and corrections of them (Art 19)."""

import datetime as dt
import itertools

from apps.datashare.corrections import opening
from apps.kernel.casework.models import Case
from apps.kernel.facts import disputes, runs, sources, writer
from apps.kernel.facts.models import Dispute
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Office, Party
from apps.kernel.workcalendar import clock

_numbers = itertools.count(1)


def says(party: Party, value: int | str, *, field: str = "si_base", source: str = "hrss", days_ago: int = 0) -> None:
    """A source says a value of a party; amounts in fen."""
    run = runs.start(source, kind="pull", as_of=clock.today() - dt.timedelta(days=days_ago))
    writer.write([(party.pk, field, value, run.as_of)], run=run)
    runs.finish(run)


def speaks_for(office: Office, source: str = "hrss") -> None:
    """What the source says is this unit's data."""
    row = sources.get(source)
    row.office = office
    row.save(update_fields=["office"])


def disputed(taxpayer: Actor, field: str = "si_base", claimed: str = "8000 元") -> Dispute:
    """The taxpayer says the value is wrong."""
    return disputes.open(taxpayer.party, field, claimed=claimed, reason="与劳动合同不一致", actor=taxpayer)


def case_of(dispute: Dispute) -> Case:
    """The case that follows a dispute."""
    return Case.objects.get(idempotency_key=f"dispute-{dispute.ref}")


def reported(clerk: Actor, party: Party, field: str = "si_base", **changed) -> Case:
    """A clerk reports a value."""
    asked = {"claimed": "8000.00", "reason": "与申报表不一致", "key": f"report-{next(_numbers)}", **changed}
    return opening.report(clerk, party=party, field=field, **asked)
