"""The sample world of the matrix: one of each role, and the objects the routes are tried on."""

import base64
import datetime as dt
import secrets
from dataclasses import dataclass, field
from decimal import Decimal

from allauth.mfa.models import Authenticator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from oauth2_provider.models import AccessToken

from apps.collaboration.fees.models import FeeDuty
from apps.collaboration.registry import checking
from apps.datashare.catalogue import editing
from apps.datashare.catalogue.models import Dataset
from apps.kernel.casework import cases, threads
from apps.kernel.documents import letters, uploads
from apps.kernel.ledger import charges
from apps.kernel.notifications import outbox
from apps.kernel.notifications.models import Message
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import PartnerClient, User
from apps.kernel.parties.models import Role as Duty
from apps.kernel.workcalendar import clock
from apps.services.channels import mail
from apps.services.filing import drafts, sources
from apps.services.invoices import marking, receiving, red_letters
from apps.services.invoices.archive import sealing
from apps.services.procedures.deferral import DEFERRAL
from apps.services.queue.models import Kiosk, Ticket
from tests import (
    factories,
    factories_appointments,
    factories_doors,
    factories_fees,
    factories_policies,
    factories_queue,
)
from tests.access import rooms
from tests.access.roles import Role
from tests.access.routes import Route
from tests.factories_invoices import issued, issuer

DETAIL = {
    "levy_id": "vat",
    "period": "2026-09",
    "amount": "100.00",
    "months": 1,
    "ground": "no_funds",
    "explanation": "客户延迟付款。",
}
PERIOD = "2026-09"
ENTRY_ROUTES = (
    "datashare:dataset",
    "datashare:dataset_graph",
    "datashare:schema",
    "datashare:data_package",
    "datashare:contract",
    "catalogue:edit",
    "catalogue:retire",
)
SCOPES = ["cases", "registry.check", "fees.write", "fees.read", *rooms.scopes()]
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


def _entry(officer: Actor) -> Dataset:
    """An entry of the catalogue in force."""
    about = {
        "title": "取水许可",
        "title_en": "Water permits",
        "abstract": "许可证。",
        "theme": "environment",
        "sharing": "unconditional",
        "frequency": "daily",
        "security": 1,
        "retention_days": 365,
        "contact": "数据管理科",
    }
    version = editing.begin(code=f"water-permits-{secrets.token_hex(3)}", actor=officer, **about)
    permit = {"name": "permit", "label": "许可证号", "type": "string", "key": True}
    editing.write(version, officer, about=about, scenarios=[], fields=[permit])
    return editing.publish(version, officer)


INVOICE_PAGES = ["detail", "issued", "original", "layout", "mail", "ask_red_letter", "purpose", "mark", "unmark"]
INVOICE_ROUTES = [
    "invoices_counter:detail",
    *(f"api-invoice{part}" for part in ("", "-original", "-marks", "-purpose", "-red-letters")),
]


def _invoice_world(owner: Actor):
    """An invoice of the owner's, entered and archived; a red-letter form asked of it; files handed in."""
    buyer = issuer("上海黄浦江轮渡有限公司")
    invoice, other = issued(owner), issued(owner, buyer.party)
    marking.mark(invoice, "entered", "记-001", actor=owner)
    with override_settings(AUDIT_SIGNING_KEY=base64.b64encode(bytes(32)).decode()):
        package = sealing.seal(clock.today().year, actor=owner)
    form = red_letters.ask(other, actor=buyer, reason="return")
    receipt = receiving.receive([SimpleUploadedFile("a.xml", b"<a/>")], actor=owner)
    return invoice, form, package, receipt


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
        attached = cases.attach(
            case, "other", people[Role.CLERK], file=SimpleUploadedFile("b.xml", b"<b/>", "application/xml")
        )
        for where in (office, officer.office):
            outbox.send("case-overdue", where, NOTICE)
        check = checking.check(
            asked=letter.number, payer="王小明", matter="real_estate", matter_number="沪2026-1", actor=officer
        )
        entry = _entry(officer)
        tax_return = drafts.begin(owner, "vat", PERIOD)
        untouched = drafts.begin(owner, "social", PERIOD)
        contract = {"name": "合同一", "item": "sales_contract", "base": Decimal("100.00"), "since": dt.date(2026, 9, 1)}
        source = sources.add(owner, "stamp", contract)
        site = factories_queue.site(office)
        machine = Kiosk.objects.create(site=site, label="大厅")
        ticket = Ticket.objects.create(
            site=site, line=site.lines.get(), letter="A", serial=1, kind=Ticket.Kind.WALK_IN, turn_at=clock.now()
        )
        visit = factories_appointments.missed(owner, office)
        thread = threads.begin(owner, subject="九月申报", text="请问何时到期？")
        mailing = mail.register(
            case, owner, carrier="ems", tracking=f"{secrets.randbelow(10**13):013}", posted_on=clock.today()
        )
        invoice, form, package, receipt = _invoice_world(owner)
        run, version = factories_policies.push(), factories_policies.policy("CIT-SLP").versions.get()
        FeeDuty.objects.create(office=officer.office, levy_id="soil-conservation")
        billed, lost = factories_fees.source(officer, owner.party), factories_fees.source(officer)
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
            "api-case-paper:ref": attached.paper.ref,
            "documents:verify_code:code": letter.code,
            "api_verify:code": letter.code,
            "as messages:message:ref": Message.objects.filter(party=owner.party).first().ref,
            "counter_messages:message:ref": Message.objects.get(office=office, template="case-overdue").ref,
            "partner_messages:message:ref": Message.objects.get(office=officer.office).ref,
            "registry:result:ref": check.ref,
            "form": "ttl",
            **{f"{route}:code": entry.code for route in ENTRY_ROUTES},
            **{f"as invoices:{page}:number": invoice.number for page in INVOICE_PAGES},
            **{f"{route}:number": invoice.number for route in INVOICE_ROUTES},
            "as invoices:layout:form": "pdf",
            "as invoices:unmark:kind": "entered",
            "as invoices:red_letter:ref": form.ref,
            "api-red-letter:ref": form.ref,
            "as invoices:receipt:ref": receipt.ref,
            "api-invoice-receipt:ref": receipt.ref,
            **dict.fromkeys(("as invoices:package:ref", "as invoices:package_file:ref"), package.ref),
            "api-invoice-archive-file:ref": package.ref,
            "invoice_public:pick_up:code": invoice.issue.code,
            "invoice_public:pick_up_file:code": invoice.issue.code,
            "invoice_public:pick_up_file:form": "xml",
            "invoices_counter:list:ref": owner.party.ref,
            "invoices_counter:detail:ref": owner.party.ref,
            # not in this world: a payment, a refund, a fact, a return to correct
            **dict.fromkeys(f"as ledger:{page}:number" for page in ("payment", "refresh", "cancel", "certificate")),
            "ledger_counter:refund:number": None,
            "ledger_counter:refund_found:ref": None,
            "as filing:correct:period": None,
            "as filing:batch:ref": None,
            "as filing:source:ref": source.ref,
            "as filing:source_strike:ref": source.ref,
            "api-filing-source:ref": source.ref,
            "api-filing-batch:ref": None,
            "levy": "stamp",
            "as filing:discard:number": untouched.number,
            "api-filing-return:number": untouched.number,
            "api-filing-figures:number": untouched.number,
            "period": PERIOD,
            **{
                f"as filing:{page}:number": tax_return.number
                for page in (
                    "figures",
                    "confirm",
                    "file",
                    "refresh",
                    "add",
                    "figure",
                    "dispute",
                    "computed",
                    "check",
                    "done",
                )
            },
            "as filing:figure:code": "input-vat",
            "as filing:dispute:code": "input-vat",
            "kind": "vat",
            **{f"{page}:code": site.code for page in ("queue:site", "queue:screen", "counter_queue:draw")},
            **{f"api-queue-{page}:code": site.code for page in ("waits", "screen")},
            **{f"{page}:code": ticket.code for page in ("queue:ticket", "api-queue-ticket")},
            **{f"{page}:key": machine.key for page in ("queue:kiosk", "api-queue-draw")},
            **{f"counter_assistance:{page}:ref": people[Role.STRANGER].party.ref for page in ("person", "assistant")},
            "counter_queue:act:action": "next",
            "api-queue-window:action": "next",
            **{f"as visits:{page}:number": None for page in ("choose", "check")},
            "site": visit.slot.site.code,
            "line": visit.slot.line.code,
            **dict.fromkeys(("site:code", "as site:code", "api-site:code"), visit.slot.site.code),
            **{f"as appointments:{page}:ref": visit.ref for page in ("page", "check", "cancel", "move", "appeal")},
            **{f"counter_appointments:{page}:ref": visit.ref for page in ("cancel", "appeal")},
            **{f"api-appointment{action}:ref": visit.ref for action in ("", "-confirm", "-cancel", "-move")},
            # what was missed goes into no calendar; nobody waits in this world
            "as appointments:calendar:ref": None,
            "as appointments:stop_waiting:ref": None,
            **{
                f"{door}:{page}:ref": thread.ref
                for door in ("as threads", "counter_threads")
                for page in ("page", "close", "transcript", "assign")
            },
            "tracking": mailing.tracking,
            "office": office.code,
            "month": "2026-10",
            "api-thread:ref": thread.ref,
            **dict.fromkeys(("guide:code", "as guide:code", "as guide_begin:code", "as guide_ask:code"), "money"),
            "api-guide:code": "money",
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
            **dict.fromkeys(
                ("as fees:bill:ref", "as fees:dispute:ref", "fees_partner:source:ref", "api-fee-source:ref"), billed.ref
            ),
            "fees_counter:source:ref": lost.ref,
            **dict.fromkeys(("fees_partner:delivery:ref", "api-fee-delivery:ref"), billed.delivery.ref),
            "day": clock.today().isoformat(),
            **rooms.samples(people),
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
        factories_doors.sign_in(client, user)
        Authenticator.objects.get_or_create(user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "x"}})
