"""Whether a field's pattern is one that pulls and deliveries can judge by; each has its own dialect (Art 16)."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


def check(pattern: str) -> None:
    """Try a pattern as the pulls will, and as deliveries will.

    :raises ValidationError: it is no regular expression, or uses what takes more than linear time.
    """
    if not pattern:
        return
    import polars as pl  # noqa: PLC0415 - only whoever writes a pattern waits for it to load
    from polars.exceptions import ComputeError  # noqa: PLC0415 - as above

    try:
        pl.Series([""]).str.contains(pattern)
        re.compile(pattern)
    except (ComputeError, re.error) as error:
        raise ValidationError(_("格式“%s”不是可以使用的正则表达式，请改正后再保存。") % pattern) from error
