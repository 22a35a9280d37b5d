"""What Celery beat starts, and when: seeds the schedules kept in the administration."""

from celery.schedules import crontab

BEAT_SCHEDULE = {
    "casework: remind and escalate": {"task": "casework.sweep_clocks", "schedule": 300},
    "casework: follow the calendar": {"task": "casework.rederive_clocks", "schedule": crontab(hour=1, minute=10)},
    "complaints: silence is acceptance": {"task": "complaints.accept_silent", "schedule": 300},
    "notifications: deliver what is due": {"task": "notifications.deliver_due", "schedule": 30},
    "filing: take up batches whose task was lost": {"task": "filing.resume_batches", "schedule": 120},
    "ledger: settle payments whose callback was lost": {"task": "ledger.reconcile", "schedule": 60},
    "ledger: compare yesterday with the gateway's statement": {
        "task": "ledger.reconcile_yesterday",
        "schedule": crontab(hour=2, minute=30),
    },
    "onenet: bring to-dos up to date": {"task": "onenet.push_todos", "schedule": 60},
    "onenet: find to-dos the day brings": {"task": "onenet.mark_all", "schedule": crontab(hour=6, minute=30)},
    "ledger: remind of charges falling due": {"task": "ledger.remind", "schedule": crontab(hour=9, minute=0)},
    "queue: close what yesterday left open": {"task": "queue.end_past_days", "schedule": crontab(hour=0, minute=5)},
    "appointments: make the coming days' slots": {
        "task": "appointments.make_slots",
        "schedule": crontab(hour=0, minute=20),
    },
    "appointments: offer what has come free": {"task": "appointments.offer_freed", "schedule": 60},
    "appointments: remind of tomorrow": {"task": "appointments.remind", "schedule": crontab(hour="9-18", minute=5)},
    "appointments: note who did not come": {
        "task": "appointments.mark_missed",
        "schedule": crontab(hour=0, minute=40),
    },
    "retention: carry out what was approved": {"task": "retention.resume", "schedule": 600},
    "retention: clear ended sessions": {"task": "retention.clear_sessions", "schedule": crontab(hour=3, minute=20)},
    "audit: sign the heads that moved": {"task": "audit.write_checkpoints", "schedule": crontab(minute="*/15")},
    "audit: prepare the coming months": {"task": "audit.prepare_partitions", "schedule": crontab(hour=3, minute=0)},
    "documents: write letters whose task was lost": {"task": "documents.write_waiting_letters", "schedule": 120},
    "invoices: take in files the scanner has passed": {"task": "services.take_in_waiting_receipts", "schedule": 60},
    "invoices: end red-letter forms nobody answered": {"task": "services.lapse_red_letters", "schedule": 600},
    "facts: take over what is new in the register": {
        "task": "facts.refresh_register",
        "schedule": crontab(hour=4, minute=50),
    },
    "guidance: match policies and remind": {"task": "guidance.push", "schedule": crontab(hour=5, minute=30)},
    "guidance: go on with a run whose worker was lost": {"task": "guidance.work", "schedule": 60},
    "fees: take in deliveries whose worker was lost": {"task": "fees.take_in_waiting", "schedule": 60},
    "fees: tell payers and departments": {"task": "fees.tell", "schedule": 30},
    "fees: tell what was left untold": {"task": "fees.tell_all", "schedule": crontab(hour=22, minute=40)},
    "qualifications: end and begin with the day": {"task": "qualification.follow", "schedule": crontab(minute=10)},
    "accounts: free what has been frozen for the whole term": {"task": "banks.end_expired", "schedule": 3600},
    "reports: withdraw keys of people who left": {"task": "reports.withdraw_lapsed", "schedule": 600},
    "delegated: end agreements whose last day has passed": {
        "task": "delegated.expire",
        "schedule": crontab(hour=0, minute=10),
    },
    "delegated: take in batches whose worker was lost": {"task": "delegated.take_in_waiting", "schedule": 60},
    "insurance: go on with what a lost worker left": {"task": "insurance.go_on", "schedule": 60},
    "insurance: tell agencies what was collected": {"task": "insurance.tell", "schedule": 60},
    "insurance: tell what was left untold": {"task": "insurance.tell_all", "schedule": crontab(hour=22, minute=45)},
    "insurance: remind employers, charge arrivals": {"task": "insurance.daily", "schedule": crontab(hour=8, minute=20)},
    "pulls: go on with what was left": {"task": "pulls.sweep", "schedule": 30},
    "documents: scan uploads that wait": {"task": "documents.scan_waiting_uploads", "schedule": 60},
    "filing: tell of returns not lodged in time": {
        "task": "filing.tell_overdue",
        "schedule": crontab(hour=1, minute=30),
    },
    "credit: find what was not paid in time": {"task": "credit.sweep", "schedule": crontab(hour=1, minute=40)},
    "credit: tell payers of deductions": {"task": "credit.tell", "schedule": 60},
    "credit: evaluate and publish the year": {"task": "credit.yearly", "schedule": crontab(hour=3, minute=40)},
    "credit: go on with a run whose worker was lost": {"task": "credit.work", "schedule": 60},
    "datashare: report grants nobody uses": {
        "task": "datashare.report_unused_grants",
        "schedule": crontab(hour=7, minute=10),
    },
    "datashare: look for misuse": {"task": "datashare.detect_misuse", "schedule": crontab(minute=25)},
    "datashare: remind of destruction dates": {
        "task": "datashare.remind_destruction",
        "schedule": crontab(hour="8-18", minute=35),
    },
    "datashare: remind of updates": {"task": "datashare.remind_freshness", "schedule": crontab(hour="8-18", minute=50)},
    "datashare: remind of supply": {"task": "datashare.remind_supply", "schedule": crontab(hour="8-18", minute=45)},
    "risk: scan the city": {"task": "risk.scan", "schedule": crontab(day_of_month=20, hour=4, minute=0)},
    "risk: go on with a run whose worker was lost": {"task": "risk.work", "schedule": 60},
    "risk: follow reminders and waiting tasks": {"task": "risk.follow", "schedule": 600},
    "dishonesty: end hearings whose term ran out": {"task": "dishonesty.follow", "schedule": 600},
    "datashare: close corrections the data shows": {"task": "datashare.follow_corrections", "schedule": 600},
    "datashare: compare sources": {
        "task": "datashare.audit_sources",
        "schedule": crontab(hour=3, minute=40, day_of_week=0),
    },
    "datashare: assess what has ended": {
        "task": "datashare.assess_quality",
        "schedule": crontab(hour=4, minute=10, day_of_month="3"),
    },
    "liability: order what is overdue": {"task": "liability.order_overdue", "schedule": crontab(hour=7, minute=0)},
    "liability: escalate what is not answered": {"task": "liability.escalate", "schedule": crontab(minute=15)},
}

# What comes again by itself in some seconds is not worth doing later: a worker that was away finds no pile of it.
for _entry in BEAT_SCHEDULE.values():
    if isinstance(_entry["schedule"], int):
        _entry["options"] = {"expire_seconds": _entry["schedule"]}
