"""``python -m smsgate`` is the command line."""

from smsgate.cli import main

if __name__ == "__main__":
    main()
