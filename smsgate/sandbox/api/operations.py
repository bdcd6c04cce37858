"""The table of operations: what there is at `/_sandbox/`."""

from smsgate.sandbox.api.control import Control
from smsgate.sandbox.api.operation import Operation

OPERATIONS = (
    Operation("GET", "/texts", Control.texts),
    Operation("GET", "/messages", Control.messages),
    Operation("POST", "/messages/{number}/end", Control.end),
    Operation("POST", "/endings", Control.end_texts),
    Operation("GET", "/requests", Control.requests),
    Operation("GET", "/requests/{number}", Control.request),
    Operation("GET", "/faults", Control.faults),
    Operation("POST", "/faults", Control.misbehave),
    Operation("DELETE", "/faults", Control.behave),
    Operation("DELETE", "/faults/{number}", Control.cancel),
    Operation("POST", "/replies", Control.receive),
    Operation("POST", "/templates", Control.add_template),
    Operation("GET", "/counts", Control.counts),
    Operation("POST", "/steer", Control.change_account),
    Operation("POST", "/nulls", Control.leave_out_nulls),
    Operation("POST", "/callbacks", Control.call_back),
    Operation("POST", "/disturbances", Control.disturb),
    Operation("POST", "/release", Control.release),
    Operation("POST", "/settle", Control.settle),
    Operation("GET", "/calls", Control.calls),
    Operation("POST", "/advance", Control.advance),
    Operation("POST", "/reset", Control.reset),
)
