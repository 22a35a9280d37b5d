"""Where chapter 3 meets the kernel; connected once."""


def connect() -> None:
    """Called when the chapter is ready."""
