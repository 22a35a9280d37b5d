"""The accessibility check of a page: axe-core's WCAG 2.2 AA rules and the house's own.

The house rules are those of a service many elderly people use: 16 px text, 44 px targets, visible
labels, one heading, a skip link first, no sideways scrolling at 320 px, an error summary that leads
to its fields.
"""

from functools import cache
from pathlib import Path

import axe_playwright_python

STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WIDTHS = (1280, 320)

HOUSE_RULES = r"""
() => {
  const findings = [];
  const say = (rule, text) => findings.push(`${rule}: ${text}`);
  const all = selector => [...document.querySelectorAll(selector)];
  const shown = e => { const box = e.getBoundingClientRect(), style = getComputedStyle(e);
    return box.width > 0 && box.height > 0 && style.visibility !== 'hidden'; };
  const parked = e => { const box = e.getBoundingClientRect();
    return box.right <= 0 || box.bottom + scrollY <= 0; };
  const hidden = e => Boolean(e.closest('.visually-hidden'));
  const called = e => e.outerHTML.slice(0, 110);
  const root = document.documentElement;
  const controls = 'a[href],button,input:not([type=hidden]),select,textarea,summary';

  if (!/^(zh|en)\b/i.test(root.lang)) say('lang', `html lang is "${root.lang}"`);
  if (!document.title.trim()) say('title', 'the title is empty');
  const headings = all('h1').filter(shown);
  if (headings.length !== 1) say('one-h1', `${headings.length} visible h1`);
  if (!document.querySelector('main')) say('main', 'no main landmark');

  const first = document.querySelector(controls);
  if (!first || !(first.getAttribute('href') || '').startsWith('#'))
    say('skip-link', 'the first focusable element does not skip to the content');
  else if (!document.getElementById(first.hash.slice(1)))
    say('skip-link', `nothing on the page has the id ${first.hash}`);

  if (root.scrollWidth > root.clientWidth + 1) {
    const held = e => { while ((e = e.parentElement)) if (getComputedStyle(e).overflowX !== 'visible') return true; };
    const over = all('body *').filter(e => e.getBoundingClientRect().right > root.clientWidth + 1 && !held(e));
    const widest = over.length ? called(over[over.length - 1]) : '';
    say('reflow', `${root.scrollWidth} px wide in a window of ${root.clientWidth} px: ${widest}`);
  }

  for (const e of all(controls)) {
    if (!shown(e) || parked(e) || hidden(e) || ['checkbox', 'radio'].includes(e.type)) continue;
    if (e.tagName === 'A' && getComputedStyle(e).display === 'inline') continue;
    const box = e.getBoundingClientRect();
    if (box.width < 44 || box.height < 44)
      say('target', `${Math.round(box.width)} x ${Math.round(box.height)} px: ${called(e)}`);
  }
  const words = 'p,li,td,th,label,dd,dt,button,a,input,select,textarea,span,legend,caption,figcaption,small,text';
  for (const e of all(words)) {
    const size = parseFloat(getComputedStyle(e).fontSize);
    if (shown(e) && !hidden(e) && (e.textContent || e.value || '').trim() && size < 15.95)
      say('small-text', `${size} px: ${called(e)}`);
  }
  const fields = 'input:not([type=hidden]):not([type=submit]):not([type=button]):not([type=image]),select,textarea';
  for (const e of all(fields))
    if (shown(e) && ![...(e.labels || [])].some(label => label.textContent.trim())
        && !e.getAttribute('aria-label') && !e.getAttribute('aria-labelledby'))
      say('label', `a placeholder is no label: ${called(e)}`);
  for (const e of all('[tabindex]'))
    if (Number(e.getAttribute('tabindex')) > 0) say('tabindex', called(e));
  const seen = new Set();
  for (const e of all('[id]')) { if (seen.has(e.id)) say('duplicate-id', e.id); seen.add(e.id); }

  const summary = document.querySelector('.error-summary');
  if (summary) {
    if (!/^(错误|Error)/.test(document.title)) say('error-title', `the title is "${document.title}"`);
    for (const link of summary.querySelectorAll('a[href^="#"]'))
      if (!document.getElementById(decodeURIComponent(link.hash.slice(1))))
        say('error-link', `leads nowhere: ${link.hash}`);
  }
  return findings;
}
"""

FOCUS = r"""
() => {
  const e = document.activeElement;
  if (!e || e === document.body || e === document.documentElement) return null;
  const box = e.getBoundingClientRect(), style = getComputedStyle(e);
  const x = box.left + box.width / 2, y = box.top + Math.min(box.height, innerHeight) / 2;
  const inside = x >= 0 && y >= 0 && x <= innerWidth && y <= innerHeight;
  const top = inside ? document.elementFromPoint(x, y) : null;
  return {
    key: [...document.querySelectorAll('*')].indexOf(e),
    name: e.outerHTML.slice(0, 110),
    inside,
    covered: inside && top !== null && !(e.contains(top) || top.contains(e)
      || [...(e.labels || [])].some(label => label.contains(top))),
    ring: (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none',
  };
}
"""


# Where scripts are switched off, timers and events never come; promises do.
AXE = r"""
async ([standards, colours]) => {
  const scripted = matchMedia('(scripting: enabled)').matches;
  const timer = window.setTimeout;
  if (!scripted) window.setTimeout = (work, delay, ...given) => {
    if (!(delay > 99)) Promise.resolve().then(() => work(...given));
    return 0;
  };
  const report = await axe.run(document, {
    runOnly: {type: 'tag', values: standards}, rules: {'color-contrast': {enabled: colours}},
    resultTypes: ['violations'], selectors: false, preload: scripted});
  window.setTimeout = timer;
  return report.violations;
}
"""


@cache
def _axe_source() -> str:
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def findings(page, *, colours: bool = True) -> list[str]:
    """What is wrong with the page as it stands in its window. Contrast costs more than all other rules together."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(_axe_source())  # through the debugger, so the page's own policy stays in force
    found = [
        f"{violation['id']}: {violation['help']}: {node['html'][:110]}"
        for violation in page.evaluate(AXE, [STANDARDS, colours])
        for node in violation["nodes"]
    ]
    return found + page.evaluate(HOUSE_RULES)


def keyboard_findings(page, *, steps: int = 200) -> list[str]:
    """Walk the page with Tab: focus must be seen, uncovered and free to go on."""
    found: list[str] = []
    visited: list[int] = []
    page.evaluate("() => { document.activeElement?.blur(); window.scrollTo(0, 0); }")
    for _ in range(steps):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        if focus is None:
            break
        if visited and focus["key"] == visited[-1]:
            found.append(f"trap: Tab does not leave {focus['name']}")
            break
        if focus["key"] in visited:
            break
        visited.append(focus["key"])
        if not focus["inside"]:
            found.append(f"focus-outside: {focus['name']}")
        elif focus["covered"]:
            found.append(f"focus-covered: {focus['name']}")
        if not focus["ring"]:
            found.append(f"focus-unseen: {focus['name']}")
    return found


def assert_accessible(
    page, *, widths: tuple[int, ...] = WIDTHS, colours_at: tuple[int, ...] = WIDTHS, keyboard: bool = False
) -> None:
    """Fail with one line per finding, at each window width."""
    window = page.viewport_size
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        found += [f"[{width} px] {line}" for line in findings(page, colours=width in colours_at)]
        if keyboard:
            found += [f"[{width} px] {line}" for line in keyboard_findings(page)]
    page.set_viewport_size(window)
    assert not found, f"{page.url} is not accessible:\n" + "\n".join(found)
