"""The sample world of the matrix: one of each role, and the objects the routes are tried on."""

import datetime as dt
import secrets
from dataclasses import dataclass, field
from decimal import Decimal

from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from oauth2_provider.models import AccessToken

from apps.collaboration.registry import checking
from apps.kernel.casework import cases
from apps.kernel.documents import letters, uploads
from apps.kernel.ledger import charges
from apps.kernel.notifications import outbox
from apps.kernel.notifications.models import Message
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import PartnerClient, User
from apps.kernel.parties.models import Role as Duty
from apps.kernel.workcalendar import clock
from apps.services.filing import drafts
from apps.services.procedures.deferral import DEFERRAL
from tests import factories, factories_policies
from tests.access.policies import Role
from tests.access.routes import Route

DETAIL = {
    "levy": "增值税",
    "period": "2026-09",
    "amount": "100.00",
    "months": 1,
    "ground": "no_funds",
    "explanation": "客户延迟付款。",
}
PERIOD = "2026-09"
SCOPES = ["cases", "registry.check"]
NOTICE = {"number": "SH1", "title": "延期缴纳税款", "clock": "作出决定", "due": "2026-10-26"}


def _token(officer: Actor) -> str:
    """A live token of a partner system that works as an officer of a department."""
    system = PartnerClient.objects.create(
        name="部门系统",
        user=officer.user,
        office=officer.office,
        client_type=PartnerClient.CLIENT_CONFIDENTIAL,
        authorization_grant_type=PartnerClient.GRANT_CLIENT_CREDENTIALS,
        scopes_allowed=SCOPES,
    )
    token = secrets.token_urlsafe(24)
    AccessToken.objects.create(
        application=system, token=token, scope=" ".join(SCOPES), expires=clock.now() + dt.timedelta(hours=1)
    )
    return token


@dataclass
class World:
    """Who is there, what belongs to whom."""

    users: dict[Role, User | None]
    samples: dict[str, str | None]
    token: str = ""
    clients: dict[Role, Client] = field(default_factory=dict)

    @classmethod
    def build(cls) -> "World":
        """A taxpayer with one submitted case, a stranger, staff of two offices, a department, an auditor."""
        office = factories.tax_office()
        owner = factories.representative(factories.company(office=office))
        case = cases.open_submitted(DEFERRAL, owner, DETAIL, idempotency_key="matrix-0001")
        admin = factories.user("管理员")
        admin.is_staff = admin.is_superuser = True
        admin.save()
        people: dict[Role, Actor] = {
            Role.OWNER: owner,
            Role.STRANGER: factories.citizen("陌生人", office=office),
            Role.CLERK: factories.staff(office, Duty.CLERK),
            Role.OTHER_CLERK: factories.staff(
                factories.tax_office("浦东新区税务局第五税务所"), Duty.CLERK, name="沈悦"
            ),
            Role.OFFICER: factories.staff(factories.department(), Duty.OFFICER, name="周敏"),
            Role.AUDITOR: factories.staff(factories.tax_office("审计处"), Duty.AUDITOR, name="何审"),
        }
        users = {role: actor.user for role, actor in people.items()}
        officer = people[Role.OFFICER]
        charge = charges.assess(
            party=owner.party,
            levy="vat",
            period="2026-09",
            amount=Decimal("100.00"),
            due=dt.date(2026, 10, 26),
            about=case.about,
            actor=people[Role.CLERK],
        )
        letter = letters.issue(
            "acceptance-notice", owner.party, {"number": case.number, "title": "延期"}, actor=owner, about=case.about
        )
        paper = uploads.receive(SimpleUploadedFile("a.xml", b"<a/>"), actor=owner, about=case.about)
        for where in (office, officer.office):
            outbox.send("case-overdue", where, NOTICE)
        check = checking.check(
            asked=letter.number, payer="王小明", matter="real_estate", matter_number="沪2026-1", actor=officer
        )
        vat_return = drafts.begin(owner, PERIOD)
        run, version = factories_policies.push(), factories_policies.policy("CIT-SLP").versions.get()
        samples = {
            "party_ref": owner.party.ref,
            "number": case.number,
            "code": "deferral",
            "slug": "filing-due-date",
            "as cases:fill:slug": "what",
            "action": "withdraw",
            "counter_cases:act:action": "accept",
            "as ledger:charge:ref": charge.ref,
            "documents:letter:ref": letter.ref,
            "documents:upload:ref": paper.ref,
            "documents:verify_code:code": letter.code,
            "api_verify:code": letter.code,
            "as messages:message:ref": Message.objects.get(party=owner.party).ref,
            "counter_messages:message:ref": Message.objects.get(office=office).ref,
            "partner_messages:message:ref": Message.objects.get(office=officer.office).ref,
            "registry:result:ref": check.ref,
            # not in this world: a payment, a refund, an imported invoice, a fact, a return to correct
            **dict.fromkeys(f"as ledger:{page}:number" for page in ("payment", "refresh", "cancel", "certificate")),
            **dict.fromkeys(f"as invoices:{page}:number" for page in ("detail", "original")),
            "ledger_counter:refund:number": None,
            "as filing:correct:period": None,
            "period": PERIOD,
            **{
                f"as filing:{page}:number": vat_return.number
                for page in ("figures", "confirm", "refresh", "add", "figure", "dispute", "computed", "check", "done")
            },
            "as filing:figure:code": "input-vat",
            "as filing:dispute:code": "input-vat",
            "kind": "vat",
            **dict.fromkeys(("policy_scene:slug", "as policy_scene:slug"), "start"),
            **{
                f"{page}:code": "CIT-SLP"
                for page in (
                    *("policy", "as policy", "api-policy", "api-policy-fit", "monitoring:payers"),
                    *("policy_counter:history", "policy_counter:propose"),
                )
            },
            "as my_policies:confirm:code": "DIS-FUND-30",
            "monitoring:payers:kind": "missed",
            "policy_counter:version:number": str(version.pk),
            "policy_counter:decide:number": str(version.pk),
            "policy_counter:run:ref": run.ref,
            "policy_counter:stop:ref": run.ref,
        }
        return cls({Role.ANONYMOUS: None, Role.ADMIN: admin, Role.CLIENT: None, **users}, samples, _token(officer))

    def client(self, role: Role) -> Client:
        """A client signed in as the role; staff with the second factor they must have."""
        if role not in self.clients:
            client = Client(headers=self._headers(role))
            user = self.users[role]
            if user is not None:
                self._sign_in(client, user)
            self.clients[role] = client
        return self.clients[role]

    def _headers(self, role: Role) -> dict[str, str]:
        """What the API is told: a partner system's token, or whom the owner acts for."""
        if role is Role.CLIENT:
            return {"Authorization": f"Bearer {self.token}"}
        owner = self.samples.get("party_ref") if role is Role.OWNER else None
        return {"X-Acting-For": owner} if owner else {}

    def sample(self, route: Route, argument: str) -> str | None:
        """The value of a route's argument: the owner's own object, or None where this world has none."""
        own = f"{route.key}:{argument}"
        return self.samples[own] if own in self.samples else self.samples.get(argument)

    @staticmethod
    def _sign_in(client: Client, user: User) -> None:
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        Authenticator.objects.get_or_create(user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "x"}})
        session = client.session
        at = user.last_login.timestamp()
        session[AUTHENTICATION_METHODS_SESSION_KEY] = [
            {"method": "password", "at": at, "username": user.username},
            {"method": "mfa", "at": at, "type": "totp"},
        ]
        session.save()
