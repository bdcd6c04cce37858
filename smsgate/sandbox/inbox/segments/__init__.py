"""The page that counts segments: `question`, `calculation` with its `cell`s, `prices` by `country`, and `page`."""
