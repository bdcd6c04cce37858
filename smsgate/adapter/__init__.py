"""What a plug-in is written with.

In the order of an operation: `adapter` (the base class) and `abilities` (what a vendor can do), `capabilities` (the
table computed from them); `request` (what an adapter asks and what it is answered), `driver` (runs the generator),
`deadline`; `settings`, `strict` (reads foreign values), `credentials`, `token`; `webhook`; `registry` finds plug-ins.
"""
