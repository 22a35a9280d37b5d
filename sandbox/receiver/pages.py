"""What a visitor of the demonstration sees: the messages that arrived, newest first, and where each case stands."""

import html
from string import Template

from sandbox.receiver.store import Store

STYLE = """
body { margin: 0; font: 17px/1.6 system-ui, sans-serif; color: #1c2430; background: #f6f4ee; }
main { max-inline-size: 56rem; margin: 2rem auto; padding: 1.5rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-block-start: 2rem; }
li, .empty { background: #fff; border: 1px solid #d8d4c8; border-radius: 8px; padding: .75rem 1rem; margin-block: .5rem;
  list-style: none; overflow-wrap: anywhere; white-space: pre-line; }
ul { padding: 0; } time, .to { color: #4a5261; font-size: .9rem; font-variant-numeric: tabular-nums; }
"""

_PAGE = Template("""<!doctype html>
<html lang="zh-Hans"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>$name · 演示</title><link rel="stylesheet" href="/style.css"></head>
<body><main><h1>$name（演示）</h1><p>这里扮演门户之外的系统，只显示收到的内容，不会真实发送。</p>$body</main></body></html>
""")


def received(name: str, store: Store, limit: int = 100) -> str:
    """The page of everything that arrived."""
    body = ""
    if store.shown:
        body += "<h2>目前显示给用户的</h2><ul>" + "".join(map(_standing, reversed(store.shown.values()))) + "</ul>"
    latest = list(reversed(store.messages.values()))[:limit]
    rows = "".join(f"<li><time>{message['arrived']}</time> {_words(message['content'])}</li>" for message in latest)
    body += "<h2>收到的消息</h2>" + (f"<ul>{rows}</ul>" if rows else '<p class="empty">还没有收到消息。</p>')
    return _PAGE.substitute(name=html.escape(name), body=body)


def _standing(content: dict) -> str:
    if content.get("type") == "todos":
        items = "\n".join(f"· {item['title']} {item['due']}" for item in content["items"]) or "没有待办"
        return f"<li>待办 {html.escape(content['party'])}\n{html.escape(items)}</li>"
    what = f"{content.get('number')} {content.get('matter_name')}：{content.get('state_name')}"
    return f"<li>{html.escape(what)}\n{html.escape(content.get('what_now', ''))}</li>"


def _words(content: dict) -> str:
    if content.get("type") == "todos":
        return f"待办清单，{len(content['items'])} 项"
    if content.get("type") == "case-status":
        return html.escape(f"{content['number']} 状态 {content['state_name']}（第 {content['sequence']} 次）")
    return f'<span class="to">{html.escape(content.get("to", ""))}</span> {html.escape(content.get("text", ""))}'
