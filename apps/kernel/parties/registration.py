"""How parties become known: people by real name or from 一网通办, companies when they are set up (Arts 6, 10, 15)."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.kernel.audit import log
from apps.kernel.parties import identifiers, mandates
from apps.kernel.parties.actors import Actor
from apps.kernel.parties.ids import reference
from apps.kernel.parties.models import Office, Organisation, Party, Person, User


def register(*, name: str, id_number: str, phone: str, username: str, password: str) -> User:
    """Real-name registration (实名注册): a new user, party and person, or an error that says what to do.

    A number that is on the register already is never handed to whoever types it: that takes
    一网通办, which asserts the identity, or a counter.
    """
    number = identifiers.clean_identity_number(id_number)
    if User.objects.filter(username__iexact=username).exists():
        raise ValidationError(
            {"username": ValidationError(_("这个用户名已经有人使用。请另取一个。"), code="username_taken")}
        )
    try:
        with transaction.atomic():
            user = User.objects.create_user(username=username, password=password, display_name=name)
            _new_person(user, name=name, number=number, phone=phone)
            return user
    except IntegrityError as error:
        raise _known() from error


def from_ywtb(*, name: str, id_number: str, phone: str = "") -> User:
    """The user of the person whose identity number 一网通办 asserts; made when new, linked when known."""
    number = identifiers.clean_identity_number(id_number)
    try:
        with transaction.atomic():
            return _known_user(number) or _new_ywtb_user(name=name, number=number, phone=phone)
    except (IntegrityError, ValidationError):
        # The same person signed in from two tabs at once, and the other one was first.
        with transaction.atomic():
            user = _known_user(number)
        if user is None:
            raise
        return user


def _known_user(number: str) -> User | None:
    people = Person.objects.select_for_update(no_key=True, of=("self",)).select_related("party", "user")
    person = people.filter(id_number=number).first()
    if person is None:
        return None
    if person.user is None:
        person.user = _ywtb_user(person.party.name)
        person.save(update_fields=["user"])
        _record(person, "person.link")
    return person.user


def _new_ywtb_user(*, name: str, number: str, phone: str) -> User:
    user = _ywtb_user(name)
    _new_person(user, name=name, number=number, phone=phone)
    return user


def _ywtb_user(name: str) -> User:
    return User.objects.create_user(username=f"ywtb-{reference()}", display_name=name)


def _new_person(user: User, *, name: str, number: str, phone: str) -> None:
    party = Party(kind=Party.Kind.PERSON, name=name, phone=phone)
    party.full_clean()
    party.save()
    person = Person(
        party=party,
        user=user,
        id_number=number,
        birth_date=identifiers.birth_date(number),
        sex=identifiers.sex(number),
    )
    try:
        person.full_clean()
    except ValidationError as error:
        raise _known() from error
    person.save()
    _record(person, "person.register")


@transaction.atomic
def register_payer(*, name: str, id_number: str, office: Office | None, actor: Actor) -> Party:
    """A person who paid without ever registering (零散缴费人): known by name and number, with no way to sign in.

    A number on the register already gives that person, if the name is theirs. The user comes later, by 一网通办.

    :raises ValidationError: on ``id_number``, or on ``name`` when the number is somebody else's.
    """
    number = identifiers.clean_identity_number(id_number)
    known = Person.objects.filter(id_number=number).select_related("party").first()
    if known is not None:
        if "".join(known.party.name.split()) != "".join(name.split()):
            raise ValidationError({"name": _("这个证件号码登记的是另一个姓名，请核对。")})
        return known.party
    party = Party(kind=Party.Kind.PERSON, name=name.strip(), office=office)
    party.full_clean()
    party.save()
    person = Person(
        party=party, id_number=number, birth_date=identifiers.birth_date(number), sex=identifiers.sex(number)
    )
    person.full_clean()
    person.save()
    log.record(f"party/{party.ref}", "person.register", actor=actor)
    return party


@transaction.atomic
def register_company(
    organisation: Organisation,
    *,
    name: str,
    office: Office,
    district: str,
    phone: str,
    legal_representative: Party,
    actor: Actor,
) -> Party:
    """A new company with the mandate of its legal representative (法定代表人). The caller has decided that it exists.

    A credit code that is on the register already gives that company, and nobody a new mandate for it.
    """
    known = Organisation.objects.filter(uscc=organisation.uscc).select_related("party").first()
    if known is not None:
        return known.party
    party = Party(kind=Party.Kind.ORGANISATION, name=name, office=office, district=district, phone=phone)
    party.full_clean()
    party.save()
    organisation.party = party
    organisation.full_clean()
    organisation.save()
    log.record(f"party/{party.ref}", "company.register", actor=actor)
    mandates.register_legal(party, legal_representative, actor=actor)
    return party


def _record(person: Person, action: str) -> None:
    log.record(f"party/{person.party.ref}", action, actor=Actor(user=person.user, party=person.party))


def _known() -> ValidationError:
    message = _(
        "这个身份证号码已经登记过。请直接登录；忘记用户名或密码时，可用“一网通办”登录，或者持身份证到办税服务厅办理。"
    )
    return ValidationError({"id_number": ValidationError(message, code="known")})
