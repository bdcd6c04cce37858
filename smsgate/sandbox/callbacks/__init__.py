"""How a vendor calls an application: where, what goes wrong on the way, and the record of it.

Reading order: `destination`, `destinations`, `planned_call`, `disturbance`, `caller`, `call`, `saved`, `callbacks`.
"""
