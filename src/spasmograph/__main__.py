"""`python -m spasmograph` is the command `spasmograph`."""

from spasmograph.cli import main

main()
