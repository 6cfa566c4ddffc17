#!/usr/bin/env python
"""Run a management command, with the embedded servers up for as long as it needs them."""

import os
import sys

from shop.embedded.session import command_servers


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shop.settings")
    from django.core.management import execute_from_command_line

    with command_servers(sys.argv):
        execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
