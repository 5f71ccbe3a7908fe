"""Members of queues, users, and what users can do, over the API."""

import pytest

from fixtures.shapes import a_user
from tests.sandbox.playing import (
    ANN,
    BEN,
    BILLING,
    GONE,
    HOME,
    NEGOTIATION,
    NOWHERE,
    QUEUES,
    RETURNS,
    SALES,
    SKILLS,
    SUPPORT,
    USERS,
    a_caller,
    a_state,
    may,
)

_MEMBERS = f"{QUEUES}/{BILLING['id']}/members"
_CREW = [a_user(f"crew {number}", HOME, [], []) for number in range(130)]


def test_members_come_without_totals() -> None:
    listing = a_caller().get(_MEMBERS)
    assert list(listing) == ["entities", "pageSize", "pageNumber", "firstUri", "selfUri"]
    assert [member["id"] for member in listing["entities"]] == [ANN["id"]]


def test_the_next_link_is_missing_on_the_last_page_only() -> None:
    caller = a_caller(a_state(users=_CREW))
    caller.ask("POST", _MEMBERS, json=[{"id": user["id"]} for user in _CREW[:99]])
    path, seen = f"{_MEMBERS}?pageSize=50", []
    while path:
        listing = caller.get(path)
        seen += [member["id"] for member in listing["entities"]]
        path = listing.get("nextUri")
    assert seen == [ANN["id"], *(user["id"] for user in _CREW[:99])]
    caller.refused("GET", _MEMBERS, 400, "bad.request", pageSize=101)


def test_members_are_filtered() -> None:
    caller = a_caller()
    caller.ask("POST", _MEMBERS, json=[{"id": BEN["id"]}])
    caller.ask("PATCH", f"{_MEMBERS}/{BEN['id']}", json={"joined": False})
    names = {ANN["name"]: "ann", BEN["name"]: "ben"}

    def found(**query: object) -> list[str]:
        return [names[name] for name in caller.names(_MEMBERS, **query)]

    assert found() == ["ann", "ben"]
    assert found(sortOrder="desc") == ["ben", "ann"]
    assert found(joined=True) == ["ann"]
    assert found(joined=False) == ["ben"]
    assert found(memberBy="group") == []
    assert found(name=BEN["name"].upper()) == ["ben"]
    assert found(skills="Negotiation") == ["ann"]
    assert found(languages="French") == ["ben"]
    assert found(languages=["English", "German"]) == ["ann", "ben"]


def test_members_show_what_their_users_can_do_when_asked() -> None:
    caller = a_caller()
    [member] = caller.get(_MEMBERS, expand="skills")["entities"]
    assert member["user"]["skills"] == ANN["skills"]
    assert "languages" not in member["user"]
    caller = a_caller(a_state(users=[BEN]))
    assert "skills" not in caller.get(_MEMBERS, expand="skills")["entities"][0]["user"]


def test_members_are_added_and_removed() -> None:
    caller = a_caller()
    assert caller.ask("POST", _MEMBERS, json=[{"id": BEN["id"]}, {"id": ANN["id"]}]) is None
    assert caller.names(_MEMBERS) == [ANN["name"], BEN["name"]]
    queue = caller.get(f"{QUEUES}/{BILLING['id']}")
    assert (queue["memberCount"], queue["userMemberCount"], queue["joinedMemberCount"]) == (2, 2, 2)
    caller.ask("POST", _MEMBERS, json=[{"id": ANN["id"]}, {"id": NOWHERE}], delete=True)
    assert caller.names(_MEMBERS) == [BEN["name"]]
    caller.ask("DELETE", f"{_MEMBERS}/{BEN['id']}")
    assert caller.get(f"{QUEUES}/{BILLING['id']}")["memberCount"] == 0
    caller.refused("DELETE", f"{_MEMBERS}/{BEN['id']}", 404, "not.found")


def test_adding_who_is_there_changes_nothing() -> None:
    caller = a_caller()
    caller.ask("POST", _MEMBERS, json=[{"id": ANN["id"]}])
    assert caller.sandbox.state.changes == []


def test_a_hundred_members_at_a_time() -> None:
    caller = a_caller(a_state(users=_CREW))
    many = [{"id": user["id"]} for user in _CREW]
    message = caller.refused("POST", _MEMBERS, 400, "bad.request", json=many[:101])
    assert message == "At most 100 members can be added or removed in one request"
    caller.refused("PATCH", _MEMBERS, 400, "bad.request", json=[user | {"joined": True} for user in many[:101]])
    assert caller.refused("POST", _MEMBERS, 400, "bad.request", json=[{"id": "u9"}]) == "User u9 does not exist"


def test_members_join_and_leave() -> None:
    caller = a_caller()
    listing = caller.ask("PATCH", _MEMBERS, json=[{"id": ANN["id"], "joined": False}, {"id": "u9", "joined": True}])
    assert [(member["id"], member["joined"]) for member in listing["entities"]] == [(ANN["id"], False)]
    assert caller.get(f"{QUEUES}/{BILLING['id']}")["joinedMemberCount"] == 0
    caller.ask("PATCH", f"{_MEMBERS}/{ANN['id']}", json={"joined": True, "ringNumber": 3})
    assert caller.get(_MEMBERS)["entities"][0]["ringNumber"] == 3
    caller.refused("PATCH", f"{_MEMBERS}/{BEN['id']}", 404, "not.found", json={"joined": True})


def test_managing_members_needs_one_of_two_permissions() -> None:
    caller = a_caller(None, may("routing:queueMember:manage"))
    caller.ask("POST", _MEMBERS, json=[{"id": BEN["id"]}])
    caller = a_caller(None, may("routing:queue:view"))
    message = caller.refused("POST", _MEMBERS, 403, "missing.any.permissions", json=[{"id": BEN["id"]}])
    assert message.endswith("routing:queue:edit, routing:queueMember:manage")


# -- users ---------------------------------------------------------------------------------------------------------


def test_users_show_skills_and_languages_only_when_asked() -> None:
    caller = a_caller()
    plain = {user["id"]: user for user in caller.get(USERS)["entities"]}
    assert set(plain) == {ANN["id"], BEN["id"]}
    assert plain[ANN["id"]] == {key: value for key, value in ANN.items() if key not in ("skills", "languages")}
    one = {user["id"]: user for user in caller.get(USERS, expand="skills")["entities"]}
    assert list(one[ANN["id"]]) == [key for key in ANN if key != "languages"]
    for both in (["skills", "languages"], "skills,languages"):
        assert {user["id"]: user for user in caller.get(USERS, expand=both)["entities"]}[ANN["id"]] == ANN
    assert caller.get(f"{USERS}/{ANN['id']}", expand="languages")["languages"] == ANN["languages"]


def test_users_are_filtered_by_state_and_id() -> None:
    caller = a_caller()
    assert [user["id"] for user in caller.get(USERS, state="deleted")["entities"]] == [GONE["id"]]
    assert caller.get(USERS, state="any")["total"] == 3
    assert caller.get(USERS, id=BEN["id"])["total"] == 1
    names = caller.names(USERS)
    assert caller.names(USERS, sortOrder="DESC") == names[::-1]
    caller.refused("GET", USERS, 400, "bad.request", pageSize=501)
    caller.refused("GET", f"{USERS}/{GONE['id']}", 404, "not.found")
    assert caller.get(f"{USERS}/{GONE['id']}", state="deleted")["state"] == "deleted"
    caller.refused("GET", f"{USERS}/{NOWHERE}", 404, "not.found")


def test_a_client_that_acts_for_itself_is_no_user() -> None:
    assert a_caller().refused("GET", f"{USERS}/me", 400, "not.a.user") == "The request is not made by a user"


def test_a_users_queues_are_those_that_the_client_may_see() -> None:
    caller = a_caller()
    path = f"{USERS}/{ANN['id']}/queues"
    caller.ask("POST", f"{QUEUES}/{SUPPORT['id']}/members", json=[{"id": ANN["id"]}])
    assert caller.names(path) == ["Billing", "Support"]
    assert caller.get(path)["entities"][0]["joined"] is True
    assert caller.names(path, divisionId=SALES["id"]) == ["Support"]
    assert caller.names(path, joined=False) == []
    caller = a_caller(caller.sandbox.state, may("routing:queue:view", divisions=[SALES["id"]]))
    assert caller.names(path) == ["Support"]


# -- what users can do ---------------------------------------------------------------------------------------------

_HELD = f"{USERS}/{ANN['id']}/routingskills"


def test_a_users_skills_and_languages_are_listed() -> None:
    caller = a_caller()
    assert caller.names(_HELD) == ["Negotiation"]
    assert caller.names(f"{USERS}/{BEN['id']}/routinglanguages") == ["English", "French"]
    assert caller.names(f"{USERS}/{BEN['id']}/routinglanguages", sortOrder="descending") == ["French", "English"]
    caller.refused("GET", _HELD, 400, "bad.request", pageSize=51)


def test_skills_are_given_beside_others_or_in_their_place() -> None:
    caller = a_caller()
    given = [{"id": RETURNS["id"], "proficiency": 2}]
    assert [skill["name"] for skill in caller.ask("PATCH", f"{_HELD}/bulk", json=given)["entities"]] == [
        "Negotiation",
        "Returns",
    ]
    assert [skill["name"] for skill in caller.ask("PUT", f"{_HELD}/bulk", json=given)["entities"]] == ["Returns"]
    added = caller.ask("POST", _HELD, json={"id": NEGOTIATION["id"], "proficiency": 4.5})
    assert added == {
        "id": NEGOTIATION["id"],
        "name": "Negotiation",
        "proficiency": 4.5,
        "state": "active",
        "skillUri": NEGOTIATION["selfUri"],
    }
    changed = caller.ask("PUT", f"{_HELD}/{NEGOTIATION['id']}", json={"proficiency": 1})
    assert changed["proficiency"] == 1.0
    caller.ask("DELETE", f"{_HELD}/{RETURNS['id']}")
    user = caller.get(f"{USERS}/{ANN['id']}", expand="skills")
    assert [(skill["name"], skill["proficiency"]) for skill in user["skills"]] == [("Negotiation", 1.0)]
    assert user["version"] == ANN["version"] + 5


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        ([{"id": NEGOTIATION["id"], "proficiency": 5.1}], "invalid.value", "proficiency must be between 0.0 and 5.0"),
        ([{"id": "s9", "proficiency": 1}], "bad.request", "Skill s9 does not exist"),
        (
            [{"id": NEGOTIATION["id"], "proficiency": 1}] * 51,
            "bad.request",
            "At most 50 skills can be assigned in one request",
        ),
    ],
)
def test_skills_must_make_sense(body: object, code: str, message: str) -> None:
    assert a_caller().refused("PUT", f"{_HELD}/bulk", 400, code, json=body) == message


def test_a_skill_that_the_user_lacks_cannot_be_changed() -> None:
    caller = a_caller()
    caller.refused("PUT", f"{_HELD}/{RETURNS['id']}", 404, "not.found", json={"proficiency": 1})
    caller.refused("DELETE", f"{_HELD}/{RETURNS['id']}", 404, "not.found")


# -- skills --------------------------------------------------------------------------------------------------------


def test_skills_are_listed_by_how_their_names_begin() -> None:
    caller = a_caller()
    assert caller.names(SKILLS) == ["Negotiation", "Returns"]
    assert caller.names(SKILLS, name="nego") == ["Negotiation"]
    assert caller.names(SKILLS, name="gotiation") == []
    assert caller.names(SKILLS, id=RETURNS["id"]) == ["Returns"]
    assert caller.get(f"{SKILLS}/{RETURNS['id']}") == RETURNS


def test_a_skill_is_made_moved_and_deleted() -> None:
    caller = a_caller()
    made = caller.ask("POST", SKILLS, json={"name": "Sign language"})
    assert (made["state"], made["version"]) == ("active", "1")
    moved = caller.ask("PATCH", made["selfUri"], json={"divisionId": SALES["id"]})
    assert list(moved) == ["id", "name", "division", "dateModified", "state", "version", "selfUri"]
    assert (moved["division"], moved["version"]) == (SALES, "2")
    message = caller.refused("POST", SKILLS, 409, "general.conflict", json={"name": "SIGN language "})
    assert message == "A skill with the name [SIGN language] already exists."
    caller.refused("POST", SKILLS, 400, "required.field.missing", json={"name": " "})
    divided = caller.ask("POST", SKILLS, json={"name": "Braille", "divisionId": SALES["id"]})
    assert divided["division"] == SALES
    caller.ask("DELETE", f"{SKILLS}/{NEGOTIATION['id']}")
    assert caller.names(SKILLS) == ["Braille", "Returns", "Sign language"]
    assert caller.get(f"{USERS}/{ANN['id']}", expand="skills")["skills"] == []


def test_only_skills_in_divisions_need_a_permission() -> None:
    skills = [NEGOTIATION, RETURNS | {"division": SALES}]
    caller = a_caller(a_state(skills=skills), may("routing:skill:view", divisions=[HOME["id"]]))
    assert caller.names(SKILLS) == ["Negotiation"]
    assert caller.get(SKILLS)["total"] == 1
    caller.refused("GET", f"{SKILLS}/{RETURNS['id']}", 403, "missing.permissions")
    assert a_caller(a_state(skills=skills), may("routing:queue:view")).names(SKILLS) == ["Negotiation"]
