"""`python -m qdit4sr_gui` is the `qdit4sr` command."""

import sys

from .program import program as main

if __name__ == "__main__":
    sys.exit(main())
