"""What was collected lands on each payer's account, with a receipt; unknown payers are found by a clerk (Art 23)."""

from collections import defaultdict
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.collaboration.delegated import access, texts
from apps.collaboration.delegated.models import CollectedItem
from apps.kernel.audit import log
from apps.kernel.audit.purposes import Purpose
from apps.kernel.documents import letters
from apps.kernel.ledger import charges, collections
from apps.kernel.ledger.models import Account, Charge, Levy
from apps.kernel.parties import registration
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Organisation, Party, Person


def find(items: Sequence[CollectedItem]) -> dict[int, Party]:
    """Who paid each item: by code, and only with the name registered under it; two statements for all of them."""
    codes = {item.payer_code for item in items} - {""}
    known = {
        each.uscc: each.party for each in Organisation.objects.filter(uscc__in=codes).select_related("party__office")
    } | {
        each.id_number: each.party
        for each in Person.objects.filter(id_number__in=codes).select_related("party__office")
    }
    found = {}
    for item in items:
        party = known.get(item.payer_code)
        if party is not None and party.active and _plain(party.name) == _plain(item.payer_name):
            found[item.pk] = party
    return found


def _plain(name: str) -> str:
    return "".join(name.split()).translate(str.maketrans("（）", "()")).casefold()


@transaction.atomic
def book(items: Sequence[CollectedItem], owners: dict[int, Party], *, by: str, actor: Actor) -> None:
    """Charge, pay and receipt each item, in a few statements and one letter each.

    An open charge of the same levy and period that takes the sum is paid; otherwise what was collected is assessed.
    """
    if not items:
        return
    open_charges = _open(items, owners)
    fresh = [item for item in items if item.pk not in open_charges]
    made = charges.assess_many(
        [
            charges.Assessment(
                party=owners[item.pk],
                levy=item.levy_id,
                period=item.period,
                amount=item.amount,
                due=item.collected_on,
                about=item.about,
            )
            for item in fresh
        ],
        about=by,
        actor=actor,
    )
    for item, charge in zip(fresh, made, strict=True):
        open_charges[item.pk] = charge
    paid = collections.collect_many(
        [collections.Collected((open_charges[item.pk],), item.amount, item.collected_on, item.about) for item in items],
        by=by,
        actor=actor,
        into=Account.WITH_COLLECTORS,
    )
    names = dict(Levy.objects.values_list("code", "name"))
    for item, payment in zip(items, paid, strict=True):
        item.party, item.charge, item.payment = owners[item.pk], open_charges[item.pk], payment
        item.state = CollectedItem.State.BOOKED
        item.receipt = letters.issue(
            texts.RECEIPT.code,
            item.party,
            {
                "rows": [
                    {
                        "levy": names[item.levy_id],
                        "period": item.period,
                        "amount": item.amount,
                        "paid_on": item.collected_on,
                    }
                ],
                "total": item.amount,
                "collector": item.agreement.case.applicant.name,
                "receipt_number": item.receipt_number,
                "agreement": item.agreement.case.number,
            },
            actor=actor,
            about=item.about,
        )
    CollectedItem.objects.bulk_update(items, ["party", "charge", "payment", "receipt", "state"], batch_size=1_000)


def _open(items: Sequence[CollectedItem], owners: dict[int, Party]) -> dict[int, Charge]:
    """Open charges that the items pay, each taken once."""
    found: dict[tuple[int, str, str], list[Charge]] = defaultdict(list)
    for charge in Charge.objects.filter(party__in={party.pk for party in owners.values()}).open():
        found[charge.party_id, charge.levy_id, charge.period].append(charge)
    taken = {}
    for item in items:
        waiting = found.get((owners[item.pk].pk, item.levy_id, item.period), [])
        charge = next((each for each in waiting if each.outstanding >= item.amount), None)
        if charge is not None:
            waiting.remove(charge)
            taken[item.pk] = charge
    return taken


@transaction.atomic
def assign(item: CollectedItem, code: str, *, actor: Actor) -> CollectedItem:
    """A clerk has found who paid.

    :raises ValidationError: on ``code`` when nobody has it, or when the item no longer waits.
    """
    item = _waiting(item, actor)
    code = "".join(code.split()).upper()
    party = (
        Party.objects.filter(active=True, organisation__uscc=code)
        | Party.objects.filter(active=True, person__id_number=code)
    ).first()
    if party is None:
        raise ValidationError({"code": _("登记信息里没有这个代码。自然人可以按姓名和证件号码登记。")})
    return _found(item, party, actor)


@transaction.atomic
def register(item: CollectedItem, id_number: str, *, actor: Actor) -> CollectedItem:
    """A small payer who never registered is entered by name and number, and has paid.

    :raises ValidationError: on ``id_number``, or when the number is somebody else's.
    """
    item = _waiting(item, actor)
    office = item.agreement.case.office
    party = registration.register_payer(name=item.payer_name, id_number=id_number, office=office, actor=actor)
    return _found(item, party, actor)


def _waiting(item: CollectedItem, actor: Actor) -> CollectedItem:
    item = (
        CollectedItem.objects.select_for_update(no_key=True, of=("self",))
        .select_related("agreement__case__applicant", "agreement__case__office")
        .get(pk=item.pk)
    )
    access.require("assign", actor, item.about, allowed=access.looks_after(actor, item.agreement))
    if item.state != CollectedItem.State.UNMATCHED:
        raise ValidationError(_("这一笔已经处理过了，请刷新页面。"))
    return item


def _found(item: CollectedItem, party: Party, actor: Actor) -> CollectedItem:
    log.read(actor=actor, party_id=party.pk, what=item.about, purpose=Purpose.DELEGATED)
    book([item], {item.pk: party}, by=item.batch.about, actor=actor)
    log.record(item.agreement.about, "item-matched", actor=actor, target=item.about)
    return item
