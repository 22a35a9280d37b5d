"""The number of an invoice (发票号码): year 2, region 2, channel 1, serial 15 digits."""

import datetime as dt

from django.db import connection

SHANGHAI_REGION = "31"
CHANNEL = "8"  # issued through this portal
ISSUED_HERE = SHANGHAI_REGION + CHANNEL


def following(issued_at: dt.datetime) -> str:
    """A number nobody else gets. A sequence makes nobody wait, and an issue that fails leaves a gap."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('services_invoice_serial')")
        return f"{issued_at:%y}{ISSUED_HERE}{cursor.fetchone()[0]:015d}"
