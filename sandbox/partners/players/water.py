"""水务局: a soil conservation fee now and then (Art 25)."""

from sandbox.partners import sources

NAME, CLIENT, EVERY = "上海市水务局", "demo-water", 6 * 3600


def play(api) -> int:
    """This week's source."""
    return sources.deliver(
        api,
        prefix="SWJ",
        levy="soil-conservation",
        base="征占土地 2,400 平方米",
        basis="沪水务许〔2026〕2{:02d}号",
        amount="3360.00",
    )
