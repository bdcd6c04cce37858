"""Files that people and other programs write: `text` opens them, `csv_rows` and `json_rows` read their records."""
