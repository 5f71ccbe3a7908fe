"""Wrap-ups and after-call work in the shapes of the conversations API.

Source:
    `platform.md` sections 2.3 and 4.2; models `Wrapup`, `AssignedWrapupCode`, `AfterCallWork` of the vendor's SDK.
"""

from harness.model.entities import Prompt
from harness.model.ids import DEFAULT_CODE_ID
from harness.model.lifecycle import Handling, Stage
from harness.sandbox.clock import iso_ms
from harness.sandbox.state import Entity, State

__all__ = ["after_call_work", "as_assigned", "code_entity", "draft_as_assigned", "when", "wrapping"]

_PROMPTS = {
    Prompt.MANDATORY: "mandatory",
    Prompt.OPTIONAL: "optional",
    Prompt.AGENT_REQUESTED: "agentRequested",
    Prompt.MANDATORY_TIMEOUT: "timeout",
    Prompt.MANDATORY_FORCED_TIMEOUT: "forcedTimeout",
}
"""What participants call the prompts of queues (`platform.md` section 2.3)."""


def wrapping(state: State, handling: Handling) -> Entity:
    """Return what the participants of agents say about wrapping up."""
    prompt = handling.terms.prompt
    wrap_up, draft = as_assigned(handling), draft_as_assigned(handling)
    shown: Entity = {}
    if wrap_up:
        shown = {"wrapup": wrap_up | {"name": _code_name(state, wrap_up["code"])}}
    elif draft:
        # A draft looks like a wrap-up but for one flag.
        shown = {"wrapup": draft | {"provisional": True}}
    return {
        "wrapupRequired": prompt.demands or handling.acw_requested,
        "wrapupPrompt": _PROMPTS[prompt],
        **({"wrapupTimeoutMs": handling.terms.timeout_ms} if prompt.timed else {}),
        "wrapupSkipped": handling.skipped,
        **shown,
        **when("startAcwTime", handling.acw_began_ms),
        **when("endAcwTime", handling.acw_ended_ms),
    }


def after_call_work(handling: Handling) -> Entity:
    """Return the model `AfterCallWork`."""
    return {
        "state": _state(handling),
        **when("startTime", handling.acw_began_ms),
        **when("endTime", handling.acw_ended_ms),
    }


def _state(handling: Handling) -> str:
    if handling.skipped:
        return "skipped"
    if handling.acw_began_ms is None:
        return "notApplicable" if handling.stage is Stage.ENDED else "unknown"
    return "pending" if handling.acw_ended_ms is None else "complete"


def as_assigned(handling: Handling) -> Entity:
    """Return the model `AssignedWrapupCode` of the wrap-up that counts; empty when there is none."""
    wrap_up = handling.wrap_up_now
    if wrap_up is None:
        return {}
    stated_s = wrap_up.duration_s
    spent_ms = (handling.acw_ended_ms or wrap_up.at_ms) - (handling.acw_began_ms or wrap_up.at_ms)
    return {
        "code": wrap_up.code,
        **({"notes": wrap_up.notes} if wrap_up.notes is not None else {}),
        "tags": list(wrap_up.tags),
        "durationSeconds": stated_s if stated_s is not None else spent_ms // 1000,
        "endTime": iso_ms(wrap_up.at_ms),
    }


def draft_as_assigned(handling: Handling) -> Entity:
    """Return the model `AssignedWrapupCode` of the draft; empty when there is none."""
    draft = handling.draft
    if draft is None:
        return {}
    values = {"code": draft.code, "notes": draft.notes, "durationSeconds": draft.duration_s}
    return {key: value for key, value in values.items() if value is not None} | {"tags": list(draft.tags)}


def code_entity(state: State, code_id: str) -> Entity | None:
    """Return a wrap-up code that an agent may choose, the Default Wrap-up Code among them; None when it is gone."""
    if code_id == DEFAULT_CODE_ID:
        return {"id": code_id, "name": "Default Wrap-up Code", "selfUri": f"/api/v2/routing/wrapupcodes/{code_id}"}
    found: Entity | None = state.shelf("wrapupcodes").current(code_id)
    return found


def when(key: str, moment_ms: int | None) -> Entity:
    """Return a key with a moment, or nothing when there is none."""
    return {} if moment_ms is None else {key: iso_ms(moment_ms)}


def _code_name(state: State, code: str) -> str:
    found = code_entity(state, code) or state.deleted_codes.current(code)
    return str(found["name"]) if found is not None else code
