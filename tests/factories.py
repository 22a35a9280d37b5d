"""Factories named by intent: each makes the smallest real world a scenario needs."""

import datetime as dt
import itertools

from allauth.mfa.totp.internal.auth import TOTP
from stdnum.cn import ric, uscc

from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import Mandate, Membership, Office, Organisation, Party, Person, Role, User

TOTP_SECRET = "JBSWY3DPEHPK3PXP"
_numbers = itertools.count(1)


def identity_number(born: dt.date, number: int | None = None) -> str:
    """A valid, invented resident identity number for someone born on a day."""
    body = f"310101{born:%Y%m%d}{(number or next(_numbers)) % 1000:03d}"
    return body + ric.calc_check_digit(f"{body}?")


def credit_code(number: int | None = None) -> str:
    """A valid, invented unified social credit code."""
    body = f"91310000{number or next(_numbers):09d}"
    return body + uscc.calc_check_digit(body)


def tax_office(name: str = "黄浦区税务局第一税务所") -> Office:
    """A tax office that can receive cases."""
    return Office.objects.create(
        code=f"office-{next(_numbers)}", name=name, kind=Office.Kind.TAX_OFFICE, district="310101"
    )


def department(name: str = "市规划资源局", kind: str = Office.Kind.DEPARTMENT) -> Office:
    """A department of the city."""
    return Office.objects.create(code=f"dept-{next(_numbers)}", name=name, kind=kind)


def user(name: str = "王小明") -> User:
    """Someone who can sign in."""
    return User.objects.create_user(username=f"user{next(_numbers)}", password="Portal-demo-2026", display_name=name)


def second_factor(who: User) -> User:
    """Gives somebody an authenticator app, without which staff reach nothing but its set-up."""
    TOTP.activate(who, TOTP_SECRET)
    return who


def staff(office: Office, *roles: str, name: str = "陈静") -> Actor:
    """A staff member of an office with roles, ready to act."""
    person = second_factor(user(name))
    for role in roles or (Role.CLERK,):
        Membership.objects.create(user=person, office=office, role=role, valid_from=dt.date(2020, 1, 1))
    return Actor(user=person, office=office, roles=frozenset(roles or (Role.CLERK,)), channel="workbench")


def citizen(name: str = "王小明", born: dt.date = dt.date(1988, 5, 20), office: Office | None = None) -> Actor:
    """A natural person acting for themselves."""
    who = user(name)
    party = Party.objects.create(kind=Party.Kind.PERSON, name=name, office=office, registered_on=dt.date(2020, 1, 1))
    Person.objects.create(party=party, user=who, id_number=identity_number(born), birth_date=born, sex=Person.Sex.MALE)
    return Actor(user=who, party=party)


def company(name: str = "上海浦江精密仪器有限公司", office: Office | None = None, **organisation) -> Party:
    """An enterprise on the register."""
    party = Party.objects.create(
        kind=Party.Kind.ORGANISATION, name=name, office=office, registered_on=dt.date(2020, 1, 1)
    )
    Organisation.objects.create(party=party, uscc=credit_code(), **{"vat_kind": "general", **organisation})
    return party


def representative(principal: Party, kind: str = Mandate.Kind.LEGAL, name: str = "赵立新", **scope) -> Actor:
    """A person with a live mandate for a party, acting for it."""
    person = citizen(name)
    mandate = Mandate.objects.create(
        principal=principal,
        agent=person.party,
        kind=kind,
        state=Mandate.State.ACTIVE,
        valid_from=dt.date(2020, 1, 1),
        **scope,
    )
    return Actor(user=person.user, party=principal, mandate=mandate)
