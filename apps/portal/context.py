"""What every page of the shell needs."""


def shell(request) -> dict:
    return {}
