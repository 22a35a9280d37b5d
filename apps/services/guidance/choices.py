"""What a payer wants to hear of, and that a reminder was opened (Article 12)."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.lists import joined
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Party
from apps.kernel.rules.models import Policy
from apps.kernel.workcalendar import clock
from apps.services.guidance import content
from apps.services.guidance.models import Reminder, TopicOptOut


def silenced(party: Party) -> set[str]:
    """The topics a payer does not want to be reminded of."""
    return set(TopicOptOut.objects.filter(party=party).values_list("topic", flat=True))


@transaction.atomic
def listen_to(topics: list[str], actor: Actor) -> None:
    """Be reminded of these topics and of no others.

    :raises ValidationError: naming a topic there is not.
    """
    if actor.party is None or actor.user is None:
        log.denied("policy-topics.choose", actor=actor, target="policy-topics", reason="not acting for a party")
        raise PermissionDenied
    if unknown := set(topics) - set(content.topics()):
        raise ValidationError({"topics": _("没有这些专题：%s。") % joined(sorted(unknown))})
    refused = set(content.topics()) - set(topics)
    TopicOptOut.objects.filter(party=actor.party).exclude(topic__in=refused).delete()
    TopicOptOut.objects.bulk_create(
        [TopicOptOut(party=actor.party, topic=topic, by=actor.user) for topic in sorted(refused)], ignore_conflicts=True
    )
    log.record(f"party/{actor.party.pk}", "policy-topics.chosen", actor=actor, data={"refused": sorted(refused)})


def opened(policy: Policy, actor: Actor) -> None:
    """Note the first time a payer looks at a policy they were reminded of (已读回执)."""
    Reminder.objects.filter(party=actor.party, policy=policy, opened_at__isnull=True).update(
        opened_at=clock.now(), opened_by=actor.user
    )
