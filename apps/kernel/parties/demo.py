"""The demonstration's accounts: the same people, offices and systems every time, added only where absent."""

import datetime as dt
import hashlib

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Permission
from django.db import transaction
from stdnum.cn import ric, uscc

from apps.kernel.parties import demo_data as data
from apps.kernel.parties.ids import ALPHABET
from apps.kernel.parties.models import (
    Mandate,
    MandateEvent,
    Membership,
    Office,
    Organisation,
    PartnerClient,
    Party,
    Person,
    User,
)

PASSWORD = "Portal-demo-2026"  # noqa: S105 - public, and only ever set when PORTAL_DEMO is on
TOTP_SECRET = "JBSWY3DPEHPK3PXP"  # noqa: S105 - public, and only ever set when PORTAL_DEMO is on
SINCE = dt.date(2024, 1, 1)


@transaction.atomic
def seed() -> None:
    """Create every demo account of the portal; a second run changes nothing."""
    hashed = make_password(PASSWORD)
    offices = _offices()
    _staff(offices, hashed)
    _clients(offices, hashed)
    parties = _people(offices, hashed) | _companies(offices)
    _mandates(parties)


def mandate_of(username: str, kind: str = Mandate.Kind.LEGAL) -> Mandate:
    """The mandate a demo user has held longest: rooms may give the same person further ones."""
    found = Mandate.objects.filter(agent__person__user__username=username, kind=kind).order_by("pk")
    return found.select_related("principal")[:1].get()


def _offices() -> dict[str, Office]:
    city = _office(data.CITY, "国家税务总局上海市税务局", Office.Kind.TAX_CITY, district="310000")
    found = {city.code: city}
    inspection = _office("tax-inspection", "国家税务总局上海市税务局稽查局", Office.Kind.TAX_DISTRICT, parent=city)
    found[inspection.code] = inspection
    for code, name, street in data.DISTRICTS:
        bureau = _office(
            f"tax-{code}",
            f"国家税务总局上海市{name}税务局",
            Office.Kind.TAX_DISTRICT,
            parent=city,
            district=code,
            phone="021-12366",
        )
        found[bureau.code] = bureau
        for number, office_name in enumerate(data.TAX_OFFICES_PER_DISTRICT, start=1):
            office = _office(
                f"tax-{code}-{number}",
                f"{name}税务局{office_name}",
                Office.Kind.TAX_OFFICE,
                parent=bureau,
                district=code,
                phone="021-12366",
            )
            found[office.code] = office
        found[f"street-{code}"] = _office(f"street-{code}", f"{name}{street}", Office.Kind.STREET, district=code)
    for code, name, kind in data.BODIES:
        found[code] = _office(code, name, kind, district="310000", document_word=data.WORDS.get(code, ""))
    return found


def _office(code: str, name: str, kind: str, **fields) -> Office:
    return Office.objects.get_or_create(code=code, defaults={"name": name, "kind": kind, **fields})[0]


def _user(username: str, name: str, hashed: str, **fields) -> User:
    return User.objects.get_or_create(
        username=username,
        defaults={"display_name": name, "password": hashed, "email": f"{username}@demo.example", **fields},
    )[0]


def _second_factor(user: User) -> None:
    if not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        TOTP.activate(user, TOTP_SECRET)


def _staff(offices: dict[str, Office], hashed: str) -> None:
    for username, name, office, roles in data.STAFF:
        user = _user(username, name, hashed)
        for role in roles:
            Membership.objects.get_or_create(user=user, office=offices[office], role=role, valid_from=SINCE)
        _second_factor(user)
    _let_decide(User.objects.get(username=data.SECOND_PERSON))
    _second_factor(_user("admin", "系统管理员", hashed, is_staff=True, is_superuser=True))


def _let_decide(user: User) -> None:
    """Into the administration, to look at what was proposed there and decide on it."""
    if not user.is_staff:
        User.objects.filter(pk=user.pk).update(is_staff=True)
    codes = [f"{verb}_{what}" for what in data.DECIDES_ON for verb in ("view", "approve")]
    user.user_permissions.add(*Permission.objects.filter(codename__in=codes))


def _clients(offices: dict[str, Office], hashed: str) -> None:
    """Each department's system acts as a service user nobody can sign in as."""
    for code, scopes in data.CLIENT_SCOPES.items():
        service = _user(f"svc-{code}", f"{offices[code].name}业务系统", make_password(None))
        Membership.objects.get_or_create(user=service, office=offices[code], role="officer", valid_from=SINCE)
        PartnerClient.objects.get_or_create(
            client_id=f"demo-{code}",
            defaults={
                "name": f"{offices[code].name}业务系统",
                "user": service,
                "office": offices[code],
                "client_secret": hashed,
                "client_type": PartnerClient.CLIENT_CONFIDENTIAL,
                "authorization_grant_type": PartnerClient.GRANT_CLIENT_CREDENTIALS,
                "scopes_allowed": list(scopes),
            },
        )


def _people(offices: dict[str, Office], hashed: str) -> dict[str, Party]:
    found = {}
    for number, person in enumerate(data.PEOPLE, start=1):
        user = _user(person.user, person.name, hashed, text_size=person.text_size)
        party, created = Party.objects.get_or_create(
            ref=_stable_ref(person.user),
            defaults={
                "kind": Party.Kind.PERSON,
                "name": person.name,
                "office": offices[f"tax-{person.district}-1"],
                "district": person.district,
                "phone": person.phone,
                "email": user.email,
                "registered_on": SINCE,
            },
        )
        if created:
            Person.objects.create(
                party=party,
                user=user,
                id_number=_identity_number(person, number),
                birth_date=person.born,
                sex=person.sex,
            )
        found[person.user] = party
    return found


def _companies(offices: dict[str, Office]) -> dict[str, Party]:
    found = {}
    for number, company in enumerate(data.COMPANIES, start=1):
        party, created = Party.objects.get_or_create(
            ref=_stable_ref(company.key),
            defaults={
                "kind": Party.Kind.ORGANISATION,
                "name": company.name,
                "office": offices[f"tax-{company.district}-1"],
                "district": company.district,
                "phone": f"021-6{number:03d}2026",
                "email": f"{company.key}@demo.example",
                "registered_on": SINCE,
            },
        )
        if created:
            Organisation.objects.create(
                party=party,
                uscc=_credit_code(company, number),
                form=company.form,
                industry=company.industry,
                vat_kind=company.vat_kind,
                location=company.location,
                address=f"上海市{company.address}",
                bank_account=f"浦江银行上海分行 3100{number:012d}",
            )
        found[company.key] = party
    return found


def _mandates(parties: dict[str, Party]) -> None:
    for principal, agent, kind in data.MANDATES:
        mandate, created = Mandate.objects.get_or_create(
            principal=parties[principal],
            agent=parties[agent],
            kind=kind,
            defaults={"state": Mandate.State.ACTIVE, "valid_from": SINCE},
        )
        if created:
            MandateEvent.objects.create(mandate=mandate, action="register", reason="登记信息")


def _stable_ref(key: str) -> str:
    """A reference that is the same in every demonstration, so links in a guide keep working."""
    number = int.from_bytes(hashlib.sha256(f"demo:{key}".encode()).digest()[:8])
    return "".join(ALPHABET[(number >> (5 * place)) % 32] for place in range(10))


def _identity_number(person: data.DemoPerson, number: int) -> str:
    # An odd serial number says male, an even one female (GB 11643).
    serial = number * 2 + (1 if person.sex == "M" else 0)
    body = f"{person.born_in}{person.born:%Y%m%d}{serial:03d}"
    return body + ric.calc_check_digit(f"{body}?")


def _credit_code(company: data.DemoCompany, number: int) -> str:
    prefix = "92" if company.form == Organisation.Form.INDIVIDUAL_BUSINESS else "91"
    body = f"{prefix}{company.district}2026{number:05d}"
    return body + uscc.calc_check_digit(body)
