"""Whom the partners deal with: companies of the demonstration, known outside by their credit codes."""

from stdnum.cn import uscc

_BODIES = (
    ("上海申澜精密机械有限公司", "91310101202600001"),
    ("上海梧桐里餐饮管理有限公司", "91310104202600002"),
    ("上海花序信息科技有限公司", "91310115202600004"),
)
COMPANIES = tuple((name, body + uscc.calc_check_digit(body)) for name, body in _BODIES)
