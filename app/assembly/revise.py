"""Write the next migration of every history: ``python -m app.assembly.revise MESSAGE``."""

import sys

import app.schema  # noqa: F401 - fills the metadata that is compared
from app.store.revise import write_revisions
from sync.hub.histories import hub_scripts
from sync.hub.tables import METADATA


def main() -> int:
    """Write it; the words of the command are the message. 0 when it is written."""
    write_revisions(" ".join(sys.argv[1:]) or "unnamed", {"hub": (hub_scripts(), METADATA)})
    return 0


if __name__ == "__main__":
    sys.exit(main())
