"""``python -m ect_research``: the command ``ect`` where its script is not on the PATH."""

import sys

from ect_research.cli import main

if __name__ == "__main__":
    sys.exit(main())
