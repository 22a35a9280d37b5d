"""The people who can sign in at the sandbox provider, and what it asserts of them. All invented."""

from dataclasses import dataclass

PASSWORD = "Portal-demo-2026"  # noqa: S105 - the sandbox is public


@dataclass(frozen=True)
class RealPerson:
    """Somebody whose identity the provider has verified."""

    username: str
    name: str
    id_number: str
    phone_number: str


PEOPLE = {
    person.username: person
    for person in (
        RealPerson("citizen", "周思远", "310101199104170035", "13800010101"),
        RealPerson("elder", "沈玉珍", "310101194602090043", "13800010102"),
        RealPerson("guardian", "陆志明", "310101197411030076", "13800010103"),
        RealPerson("enterprise", "高文涛", "330102197908250090", "13800010104"),
        RealPerson("accountant", "顾晓岚", "32050219880612010X", "13800010105"),
        RealPerson("agency", "姚敏", "310101198301300121", "13800010106"),
        # Known to 一网通办, not yet to the portal.
        RealPerson("newcomer", "林若溪", "310101199709080243", "13800010199"),
    )
}
