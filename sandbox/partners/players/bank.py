"""浦江银行: answers enquiries with exactly what is asked, carries out orders, confirms releases (Art 29)."""

import hashlib
from decimal import Decimal
from typing import Any

from sandbox.partners.day import today

NAME, CLIENT, EVERY = "浦江银行上海分行", "demo-bank", 45
FREEING = frozenset({"releasing", "part_releasing"})
MOST = 3  # a turn
LEAVE = 2  # the newest stay for whoever tries the bank's own pages


def play(api) -> int:
    """Answer the oldest requests; how many."""
    rows = api.get("accounts/requests/")["results"]
    waiting = [row for row in rows if row["state"] in {"at_bank", *FREEING}]
    done = 0
    for row in waiting[: max(0, len(waiting) - LEAVE)][:MOST]:
        number = row["number"]
        if row["state"] in FREEING:
            api.post(f"accounts/requests/{number}/release/", {}, idempotency_key=f"release-{number}-{row['freeing']}")
        else:
            api.post(f"accounts/requests/{number}/answer/", answer(row), idempotency_key=f"answer-{number}")
        done += 1
    return done


def answer(row: dict[str, Any]) -> dict[str, Any]:
    """What this bank knows of a customer: always the same of the same customer."""
    seed = int.from_bytes(hashlib.sha256(row["identifier"].encode()).digest()[:4])
    if row["measure"] == "enquiry":
        return {"accounts": [_account(row, seed)]}
    limit, balance = Decimal(row["limit"]), Decimal(seed % 90_000 + 8_000)
    room = max(Decimal(0), balance - Decimal(row["kept"] or 0))
    executed = min(limit, room)
    return {
        "executed": f"{executed:.2f}",
        "left": f"{balance - executed:.2f}",
        "executed_on": today().isoformat(),
        "reference": f"PJ{row['number'][2:]}" if executed else "",
    }


def _account(row: dict[str, Any], seed: int) -> dict[str, Any]:
    account: dict[str, Any] = {"number": f"3100{seed:012d}"}
    if row["wants_accounts"]:
        account |= {"kind": "基本存款账户", "opened_on": "2021-03-15"}
    if row["wants_balances"]:
        account["balance"] = f"{seed % 90_000 + 8_000}.00"
    if row["since"]:
        account["movements"] = [
            {"on": row["since"], "amount": "12600.00", "counterparty": "货款", "summary": "转账"},
            {"on": row["until"], "amount": "-3180.50", "counterparty": "房租", "summary": "转账"},
        ]
    return account
