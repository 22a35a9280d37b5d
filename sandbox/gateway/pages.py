"""What the payer sees: one page with two buttons, without scripts."""

import html
import sqlite3
from string import Template

STYLE = """
body { margin: 0; font: 18px/1.6 system-ui, sans-serif; color: #1c2430; background: #f6f4ee; }
main { max-inline-size: 34rem; margin: 3rem auto; padding: 1.5rem; background: #fff; border: 1px solid #d8d4c8;
       border-radius: 8px; }
h1 { font-size: 1.4rem; margin-block: 0 1rem; }
dl { display: grid; grid-template-columns: auto 1fr; gap: .5rem 1.5rem; margin: 0 0 1.5rem; }
dt { color: #4a5261; } dd { margin: 0; text-align: end; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
form { display: flex; flex-wrap: wrap; gap: 1rem; }
button, .button { font: inherit; min-block-size: 48px; padding: .5rem 1.5rem; border-radius: 8px;
                  border: 2px solid #16345f; background: #16345f; color: #fff; cursor: pointer; text-decoration: none; }
button.secondary { background: #fff; color: #16345f; }
.skip { position: absolute; inset-inline-start: 1rem; inset-block-start: -10rem; padding: .75rem 1rem;
        background: #fff; }
.skip:focus { inset-block-start: .5rem; }
:focus-visible { outline: 3px solid #b3541e; outline-offset: 2px; }
"""

_PAGE = Template("""<!doctype html>
<html lang="zh-Hans"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title · 支付演示</title><link rel="stylesheet" href="/style.css"></head>
<body><a class="skip" href="#main">跳到主要内容</a>
<main id="main" tabindex="-1"><h1>$title</h1>$body</main></body></html>
""")

WORDS = {
    "succeeded": "这笔订单已支付。",
    "failed": "这笔订单已取消，没有扣款。",
    "closed": "这笔订单已由商户关闭，没有扣款。",
    "expired": "这笔订单已过期，没有扣款。",
}


def checkout(order: sqlite3.Row) -> str:
    """The order with its two buttons, or what became of it."""
    rows = (
        f"<dl><dt>商户</dt><dd>上海税费服务</dd><dt>商品</dt><dd>{html.escape(order['title'] or '')}</dd>"
        f"<dt>订单号</dt><dd>{html.escape(order['number'])}</dd>"
        f"<dt>金额</dt><dd><strong>{float_free(order['amount'])} 元</strong></dd></dl>"
    )
    if order["status"] == "pending":
        action = (
            '<p>这是演示用的支付机构，不会真实扣款。</p><form method="post">'
            '<button name="action" value="pay">支付</button>'
            '<button class="secondary" name="action" value="cancel">取消</button></form>'
        )
    else:
        back = html.escape(order["return_url"] or "/", quote=True)
        action = f'<p role="status">{WORDS[order["status"]]}</p><p><a class="button" href="{back}">返回商户</a></p>'
    return _PAGE.substitute(title="确认支付", body=rows + action)


def message(words: str) -> str:
    """A page that says one thing."""
    return _PAGE.substitute(title=html.escape(words), body="")


def float_free(amount: str) -> str:
    """12345.60 as 12,345.60 without leaving text."""
    whole, _point, fen = amount.partition(".")
    groups = []
    while len(whole) > 3:
        whole, last = whole[:-3], whole[-3:]
        groups.insert(0, last)
    return ",".join([whole, *groups]) + "." + fen
