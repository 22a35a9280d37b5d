"""hrss as a partner system: registers people's months by API and reads on what was collected (Art 24).

Each turn delivers one assessed line of somebody who insures themselves, under a number that holds the day and
the turn: a turn that is played again is the same message, and the portal gives its first answer.
"""

import datetime as dt

NAME = "人力资源社会保障局：社会保险费核定和反馈"
CLIENT = "demo-hrss"
EVERY = 300
PEOPLE = ("上海迁出企业（原登记名称）", "沪上灵活就业服务站（未登记）", "未登记的个体经营者")
_read_up_to = {"after": 0}


def play(api) -> int:
    """Deliver one assessment and read the feedback that is new; how many things happened."""
    now = dt.datetime.now(dt.UTC)  # noqa: TID251 - the clock of the world outside
    turn = now.hour * 12 + now.minute // 5
    sent_at = now.replace(minute=now.minute // 5 * 5, second=0, microsecond=0)
    deliver(api, message=f"play-{now:%Y%m%d}-{turn:03d}", turn=turn, sent_at=sent_at)
    told = api.get("insurance/feedback/", after=_read_up_to["after"], limit=100)
    rows = told["results"]
    if rows:
        _read_up_to["after"] = rows[-1]["id"]
    return 1 + len(rows)


def deliver(api, *, message: str, turn: int, sent_at: dt.datetime) -> None:
    """One assessed line of last month; ``turn`` tells one insured person from the next."""
    month = (sent_at.replace(day=1) - dt.timedelta(days=1)).strftime("%Y-%m")
    row = {
        "payer_code": "",
        "payer": PEOPLE[turn % len(PEOPLE)],
        "person_number": f"310101198{turn % 10}0101{turn:04d}",
        "person": "曾广明",
        "levy": "pension",
        "period": month,
        "base": "7546.00",
        "employer": "0.00",
        "employee": "1811.04",
    }
    api.post(
        "insurance/exchanges/",
        {
            "message_id": message,
            "kind": "assessments",
            "sent_at": sent_at.isoformat(),
            "unit": "yuan",
            "control_count": 1,
            "control_total": "1811.04",
            "rows": [row],
        },
        idempotency_key=message,
    )
