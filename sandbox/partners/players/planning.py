"""规划资源局: a land transfer payment now and then (Art 25)."""

from sandbox.partners import sources

NAME, CLIENT, EVERY = "上海市规划和自然资源局", "demo-planning", 6 * 3600


def play(api) -> int:
    """This week's source."""
    return sources.deliver(
        api,
        prefix="GHZY",
        levy="land-transfer",
        base="出让面积 860 平方米",
        basis="沪规划资源出让〔2026〕2{:02d}号",
        amount="258000.00",
    )
