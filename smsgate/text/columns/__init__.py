"""Encoding, units and segments of whole columns of texts in Apache Arrow; needs the extra ``arrow``.

What it says of a text is what `smsgate.text.analyse` says. Reading order: `tables`, `column`, `counter`, `octets`.
"""

try:
    from smsgate.text.columns.column import SCHEMA, analyse_column
    from smsgate.text.columns.strings import ArrowColumn
    from smsgate.text.columns.tables import analyse_batches, analyse_table
except ModuleNotFoundError as missing:
    if missing.name not in ("numpy", "pyarrow"):
        raise
    raise ModuleNotFoundError(
        f"smsgate.text.columns needs the package {missing.name}; try: pip install 'smsgate[arrow]'", name=missing.name
    ) from None

__all__ = ["SCHEMA", "ArrowColumn", "analyse_batches", "analyse_column", "analyse_table"]
