"""The door: ``python -m app`` and the console script ``sealdesk``."""

import sys

from app.cli import run


def main() -> int:
    """Run the command line and give its exit code."""
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
