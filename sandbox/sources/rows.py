"""What the departments hold: rows that grow and change as time goes by, the same for the same moment."""

import datetime as dt
import random
from collections.abc import Callable

Row = dict[str, object]
SHANGHAI = dt.timezone(dt.timedelta(hours=8))
BEGAN = dt.datetime(2026, 1, 1, tzinfo=SHANGHAI)
DISTRICTS = ("310101", "310104", "310105", "310106", "310115", "310117")


def permits(number: int) -> Row:
    """A permit to take water."""
    rng = random.Random(f"permit/{number}")  # noqa: S311 - invented data
    return {
        "permit": f"沪水许{2020 + number % 6}第{number:05}号",
        "uscc": f"9131{number:014}",
        "quarter": f"2026Q{number % 3 + 1}",
        "volume": f"{rng.randrange(100, 90_000)}.{number % 10}",
    }


def enterprises(number: int) -> Row:
    """An enterprise on the register; a few rows break the contract."""
    rng = random.Random(f"enterprise/{number}")  # noqa: S311 - invented data
    return {
        "uscc": f"9131{number:014}",
        "name": f"上海{rng.choice('浦江申沪华')}{rng.choice('源盛达宁安')}{number}贸易有限公司",
        "kind": "7777" if number % 97 == 0 else rng.choice(["1100", "1200", "9600"]),
        "status": rng.choice("1234"),
        "established": "2026-02-30" if number % 131 == 0 else f"20{10 + number % 16}-0{number % 9 + 1}-1{number % 10}",
        "industry": f"F51{number % 90 + 10}",
        "capital": f"{rng.randrange(10, 5000)}.00",
        "district": "" if number % 211 == 0 else rng.choice(DISTRICTS),
    }


HELD: dict[str, tuple[Callable[[int], Row], int]] = {  # what is held, and how many rows at the beginning
    "market-enterprise-register": (enterprises, 4000),
    "water-abstraction": (permits, 900),
}


def changed_at(number: int, total: int) -> dt.datetime:
    """When a row last changed: spread from the beginning of the year on."""
    return BEGAN + dt.timedelta(days=300) * number / max(total, 1)
