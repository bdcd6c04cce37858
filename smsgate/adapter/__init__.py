"""What a plug-in is written with.

In the order of an operation:

- `adapter` (the base class) and `abilities` (what a vendor can do), `capabilities` (the table computed from them);
- `request` (what an adapter asks and what it is answered), `driver` (runs the generator), `deadline`;
- `settings`, `strict` (reads foreign values) and `fields` (leniently, by a field's type), `credentials`, `token`;
- `price_list` and `sender_table` (two of the settings), `message_check` (what a vendor cannot do);
- `webhook`, `extras` (what only one vendor has), `presumption` (what an adapter relies on without a document);
- `registry` finds plug-ins.

For adapters only: `status_table`, `code_table`, `listed_statuses`, `page_search`, `vendor_text`; `stamp` puts the
account's name into what they return.
"""
