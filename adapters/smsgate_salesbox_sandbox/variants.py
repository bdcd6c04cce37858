"""What Salesbox's documents do not show, or show in two ways: each a switch."""

from typing import Literal

from attrs import frozen


@frozen(kw_only=True)
class Variants:
    """The readings of the documents that the vendor uses; the defaults are nearest to what they print.

    ====================  =========================================================================================
    `envelope`            every answer of success is `{"status": "success", "data": ..}`, as the overview claims
    `lists`               `named`: `{"total", "textMessages": [..]}`; `keyed`: an object by id, `[]` when empty;
                          `data`: `{"total", "data": [..]}`; `bare`: the array alone
    `total`               a `number`, a `text`, or `none`
    `errors`              `one`: `{"error": {code, message, status}}`; `many`: `{"errors": [{code, message, ..}]}`
    `created`             the status of a creation
    `deleted`             `entity`: 200 with what was deleted; `empty`: 200 without a body; `none`: 204
    `sent`                `entity`: the message; `success`: `{"success", "status", "result", "errors"}`
    `fails_with_200`      a text that cannot be sent is `{"success": false, ..}` with 200, else a 400
    `scheduled`           the status that a scheduled message shows, as there is none for it
    ====================  =========================================================================================
    """

    envelope: bool = False
    lists: Literal["named", "keyed", "data", "bare"] = "named"
    total: Literal["number", "text", "none"] = "number"
    errors: Literal["one", "many"] = "one"
    created: Literal[200, 201] = 200
    deleted: Literal["entity", "empty", "none"] = "entity"
    sent: Literal["entity", "success"] = "entity"
    fails_with_200: bool = False
    scheduled: Literal["queued", "draft"] = "queued"
