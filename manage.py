#!/usr/bin/env python
"""Django's command line for the portal."""

import os
import sys
from pathlib import Path

import environ
from django.core.management import execute_from_command_line


def main() -> None:
    environ.Env.read_env(Path(__file__).parent / ".run" / "env")  # of the portal running here, if one is
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taxportal.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
