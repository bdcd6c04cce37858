"""What this interpreter runs in: it forks, it gets signals, and packages are installed that plug in here."""
