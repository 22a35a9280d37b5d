"""Bar charts drawn by the server as SVG; a page shows each beside the table it is drawn from."""

from dataclasses import dataclass

ROW = 40
GAP = 8
LABEL_WIDTH = 170
FULL_WIDTH = 17  # a Chinese character of a label
PLOT_WIDTH = 330
NUMBER_WIDTH = 60


@dataclass(frozen=True)
class Bar:
    """One bar: what it counts, how many, and whether it is ``due``, ``done`` or plain."""

    label: str
    value: int
    tone: str = ""
    y: int = 0
    width: int = 0

    @property
    def drawn(self) -> str:
        """As much of its label as its place holds; the table beside it has the whole."""
        return short(str(self.label))

    @property
    def middle(self) -> int:
        """Where its words stand."""
        return self.y + ROW // 2

    @property
    def top(self) -> int:
        """Where it begins, a little under its row's edge."""
        return self.y + GAP

    @property
    def end(self) -> int:
        """Where its number stands."""
        return LABEL_WIDTH + self.width + 8


@dataclass(frozen=True)
class BarChart:
    """Bars with their places on the drawing."""

    bars: tuple[Bar, ...]
    width: int = LABEL_WIDTH + PLOT_WIDTH + NUMBER_WIDTH
    left: int = LABEL_WIDTH

    @property
    def height(self) -> int:
        """The height of the drawing."""
        return ROW * len(self.bars)


def short(label: str) -> str:
    """As much of a label as its place on the drawing holds.

    A Chinese character takes the room of two Latin letters.
    """
    room = 2 * LABEL_WIDTH // FULL_WIDTH - 2
    if sum(1 if letter.isascii() else 2 for letter in label) <= room:
        return label
    kept = ""
    for letter in label:
        room -= 1 if letter.isascii() else 2
        if room < 1:
            break
        kept += letter
    return f"{kept.rstrip()}…"


def bar_chart(bars: list[Bar]) -> BarChart:
    """Place the bars, the longest filling the plot."""
    longest = max((bar.value for bar in bars), default=0) or 1
    return BarChart(
        tuple(
            Bar(bar.label, bar.value, bar.tone, y=ROW * row, width=round(PLOT_WIDTH * bar.value / longest))
            for row, bar in enumerate(bars)
        )
    )
