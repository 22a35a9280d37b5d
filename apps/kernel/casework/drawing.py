"""A procedure's state chart as a picture (状态图): drawn from the transition table, beside which it stands.

Arrows carry the numbers of the table's rows instead of words: the picture shows the shape, the table says
it, and whoever cannot see the picture misses nothing. Rows that stay in their state are only in the table.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.kernel.casework.procedures import (
    APPLICANT,
    DRAFT,
    RECEIVER,
    REQUESTER,
    SUPERIOR,
    SYSTEM,
    Procedure,
    State,
    Words,
)
from apps.kernel.parties.models import Role

WIDTH, ROW, BOX_WIDTH, BOX_HEIGHT, MARGIN = 960, 116, 168, 48, 16
BEND = 90  # how far an arrow against the flow swings out, per row it crosses at least this much


@dataclass(frozen=True)
class Box:
    """One state and where it stands; ``x`` and ``y`` are its centre."""

    state: State
    x: float
    y: float

    @property
    def left(self) -> float:
        return self.x - BOX_WIDTH / 2

    @property
    def top(self) -> float:
        return self.y - BOX_HEIGHT / 2


@dataclass(frozen=True)
class Arrow:
    """A way from one state to another, with the numbers of the rows that take it."""

    path: str
    label: str
    x: float
    y: float


@dataclass(frozen=True)
class Drawing:
    """Boxes and arrows in one coordinate system."""

    boxes: list[Box]
    arrows: list[Arrow]
    width: int
    height: float
    box_width: int = BOX_WIDTH
    box_height: int = BOX_HEIGHT


def draw(procedure: Procedure) -> Drawing:
    """Place the states by how far they are from the draft, ends last, and draw what leads where."""
    layers = _layers(procedure)
    boxes = {box.state.code: box for depth, row in enumerate(layers) for box in _placed(row, depth)}
    ways: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, transition in enumerate(procedure.transitions, start=1):
        for source in transition.sources:
            if transition.target not in (None, source):
                ways[source, transition.target].append(number)
    arrows = [_arrow(boxes[source], boxes[target], numbers) for (source, target), numbers in ways.items()]
    return Drawing(list(boxes.values()), arrows, WIDTH, len(layers) * ROW + MARGIN)


@dataclass(frozen=True)
class Row:
    """One row of the transition table in words."""

    label: Words
    sources: list[Words]
    target: Words
    by: list[Words]
    article: str


def rows(procedure: Procedure) -> Iterator[Row]:
    """The table the picture is drawn from, in its order."""
    for transition in procedure.transitions:
        yield Row(
            label=transition.label,
            sources=[procedure.state(code).label for code in transition.sources],
            target=procedure.state(transition.target).label if transition.target else _("不变"),
            by=[_who(role) for role in sorted(transition.by)],
            article=transition.article,
        )


def _who(role: str) -> Words:
    beyond = {
        APPLICANT: _("申请人"),
        RECEIVER: _("接收单位"),
        SUPERIOR: _("上级单位"),
        REQUESTER: _("提出单位"),
        SYSTEM: _("系统"),
    }
    return beyond[role] if role in beyond else Role(role).label


def _layers(procedure: Procedure) -> list[list[State]]:
    depth, frontier = {DRAFT: 0}, [DRAFT]
    while frontier:
        code = frontier.pop(0)
        for transition in procedure.from_state(code):
            if transition.target and transition.target not in depth:
                depth[transition.target] = depth[code] + 1
                frontier.append(transition.target)
    last = max((depth[state.code] for state in procedure.states if not state.final), default=0) + 1
    rows: dict[int, list[State]] = defaultdict(list)
    for state in procedure.states:
        rows[last if state.final else depth[state.code]].append(state)
    return [rows[number] for number in sorted(rows)]


def _placed(row: list[State], depth: int) -> Iterator[Box]:
    step = WIDTH / (len(row) + 1)
    for place, state in enumerate(row, start=1):
        yield Box(state, step * place, MARGIN + BOX_HEIGHT / 2 + depth * ROW)


def _arrow(source: Box, target: Box, numbers: list[int]) -> Arrow:
    label = "·".join(str(number) for number in numbers)
    if target.y > source.y:  # with the flow
        x1, y1, x2, y2 = source.x, source.y + BOX_HEIGHT / 2, target.x, target.top
        c1x, c1y, c2x, c2y = x1, (y1 + y2) / 2, x2, (y1 + y2) / 2
    elif target.y == source.y:  # beside each other: over the top, so that both ways can be told apart
        x1, y1, x2, y2 = source.x, source.top, target.x, target.top
        c1x, c1y, c2x, c2y = x1, y1 - ROW / 3, x2, y2 - ROW / 3
    else:  # back: out to the side and up
        side = 1 if source.x >= WIDTH / 2 else -1
        x1, y1 = source.x + side * BOX_WIDTH / 2, source.y
        x2, y2 = target.x + side * BOX_WIDTH / 2, target.y
        out = BEND + (y1 - y2) / 4
        c1x, c1y, c2x, c2y = x1 + side * out, y1, x2 + side * out, y2
    path = f"M{x1:.0f} {y1:.0f}C{c1x:.0f} {c1y:.0f} {c2x:.0f} {c2y:.0f} {x2:.0f} {y2:.0f}"
    return Arrow(path, label, _middle(x1, c1x, c2x, x2), _middle(y1, c1y, c2y, y2))


def _middle(start: float, first: float, second: float, end: float) -> float:
    """The middle of a cubic curve in one coordinate."""
    return (start + 3 * first + 3 * second + end) / 8
