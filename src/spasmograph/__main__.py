"""`python -m spasmograph` is the command `spasmograph`."""

from spasmograph.cli import main

if __name__ == "__main__":
    main()
