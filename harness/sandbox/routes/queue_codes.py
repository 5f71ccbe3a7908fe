"""The wrap-up codes that a queue offers.

Source:
    `platform.md` section 2.1: at most 100 codes a call; the order of the list is the platform's.
"""

from typing import Any

import msgspec

from harness.sandbox.area import Area
from harness.sandbox.call import Call
from harness.sandbox.changes import PropertyChange
from harness.sandbox.listing import name_filter, page
from harness.sandbox.problems import bad_request, not_found
from harness.sandbox.routes.subresources import touch_queue
from harness.sandbox.state import Entity

__all__ = ["area"]

area = Area()

_PATH = "/api/v2/routing/queues/{queueId}/wrapupcodes"
_MOST = 100


class _CodeReference(msgspec.Struct):
    id: str


@area.get(_PATH, "routing:queue:view")
def list_queue_codes(call: Call) -> Entity:
    """List the codes of a queue."""
    queue = call.entity("queues", call.path["queueId"], "Queue")
    named = name_filter(call.query.text("name"))
    codes = call.state.shelf("queue_wrapupcodes").get(queue["id"]) or ()
    return page(call.query, [code for code in codes if named(code)], most=_MOST)


@area.post(_PATH, "routing:queue:edit")
def add_queue_codes(call: Call) -> list[Entity]:
    """Offer codes on a queue; one that it offers already changes nothing."""
    queue = call.current("queues", call.path["queueId"], "Queue")
    references = call.body(list[_CodeReference])
    if len(references) > _MOST:
        raise bad_request(f"At most {_MOST} wrap-up codes can be added in one request")
    ids = list(dict.fromkeys(reference["id"] for reference in references))
    added = [_code(call, code_id) for code_id in ids]
    offered: tuple[Any, ...] = call.state.shelf("queue_wrapupcodes").current(queue["id"]) or ()
    here = {code["id"] for code in offered}
    fresh = [code for code in added if code["id"] not in here]
    if fresh:
        call.state.shelf("queue_wrapupcodes").put(queue["id"], (*offered, *fresh))
        names = tuple(code["id"] for code in fresh)
        touch_queue(call, queue, "WrapupCodeAdd", [PropertyChange("wrapupCodes", (), names)])
    return added


@area.delete(f"{_PATH}/{{codeId}}", "routing:queue:edit")
def remove_queue_code(call: Call) -> None:
    """Stop offering a code on a queue."""
    queue = call.current("queues", call.path["queueId"], "Queue")
    code_id = call.path["codeId"]
    offered = call.state.shelf("queue_wrapupcodes").current(queue["id"]) or ()
    left = tuple(code for code in offered if code["id"] != code_id)
    if len(left) == len(offered):
        raise not_found("Wrap-up code not found on the queue")
    call.state.shelf("queue_wrapupcodes").put(queue["id"], left)
    touch_queue(call, queue, "WrapupCodeRemove", [PropertyChange("wrapupCodes", (code_id,), ())])


def _code(call: Call, code_id: str) -> Entity:
    code: Entity | None = call.state.shelf("wrapupcodes").current(code_id)
    if code is None:
        raise bad_request(f"Wrap-up code {code_id} does not exist")
    return code
