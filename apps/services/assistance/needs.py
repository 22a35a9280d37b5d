"""What a person needs: who goes first, who is spared a rule, what they wish (Art 11, second paragraph).

``of`` is the one door; appointments, the queue and home visits all ask it. Priority rests on facts only: an
age in the register, a disability certificate the departments know of, or what the person has told us.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.kernel.facts import reading
from apps.kernel.parties.models import Party, Person
from apps.kernel.rules import parameters
from apps.kernel.workcalendar import clock
from apps.services.assistance.models import Language, NeedsProfile

PRIORITY_AGE = "assistance.priority-age"


@dataclass(frozen=True)
class Needs:
    """What is to be heeded for one person. Empty for an organisation."""

    elderly: bool = False
    disabled: bool = False
    step_free: bool = False
    wishes: tuple[str, ...] = ()

    @property
    def priority(self) -> bool:
        """Whether they are served first (优先办理) and may be visited at home."""
        return self.elderly or self.disabled

    @property
    def waives(self) -> bool:
        """Whether a missed appointment is not held against them."""
        return self.priority

    @property
    def reason(self) -> str:
        """Why they go first, in words for the record; says nothing of the kind of disability."""
        if self.elderly and self.disabled:
            return _("老年人、残疾人")
        if self.elderly:
            return _("老年人")
        return _("残疾人或行动不便") if self.disabled else ""


def of(party: Party) -> Needs:
    """The needs of one party, as of today."""
    return of_all([party])[party.pk]


def of_all(parties: Iterable[Party]) -> dict[int, Needs]:
    """The needs of several parties by their id, in four queries."""
    ids = [party.pk for party in parties]
    birth_dates = dict(Person.objects.filter(party__in=ids).values_list("party_id", "birth_date"))
    profiles = NeedsProfile.objects.in_bulk(ids)
    certified = reading.of_several(ids, "disabled_person")
    limit = parameters.row(PRIORITY_AGE, clock.today())
    return {
        pk: _needs(
            elderly=pk in birth_dates and parameters.within(_age(birth_dates[pk]), limit),
            certified=bool(certified.get(pk)),
            profile=profiles.get(pk),
        )
        for pk in ids
    }


def _age(born: dt.date) -> Decimal:
    """Completed years: somebody born on 29 February is a year older on 1 March."""
    today = clock.today()
    return Decimal(today.year - born.year - ((today.month, today.day) < (born.month, born.day)))


def _needs(*, elderly: bool, certified: bool, profile: NeedsProfile | None) -> Needs:
    if profile is None:
        return Needs(elderly=elderly, disabled=certified)
    return Needs(
        elderly=elderly,
        disabled=certified or bool(profile.disability or profile.mobility),
        step_free=profile.mobility != NeedsProfile.Mobility.FREE,
        wishes=tuple(_wishes(profile)),
    )


def _wishes(profile: NeedsProfile) -> Iterator[str]:
    if profile.mobility:
        yield str(profile.get_mobility_display())
    if profile.disability in {NeedsProfile.Disability.VISION, NeedsProfile.Disability.MULTIPLE}:
        yield _("请读出文字内容")
    if profile.disability == NeedsProfile.Disability.HEARING and not profile.sign_language:
        yield _("请用文字交流")
    if profile.sign_language:
        yield _("需要手语翻译")
    if profile.language != Language.MANDARIN:
        yield _("请说%(language)s") % {"language": profile.get_language_display()}
    if profile.wants_assistant:
        yield _("希望全程有人协助")
