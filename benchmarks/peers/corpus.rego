# The corpus's policy for an OPA engine, as a careful author would write it: `deny` is a finding, `warn` says that
# something is known only after apply. Conftest's convention: what is neither denied nor warned of passes.
#
# References are resolved in the module of the queue, by one variable of a child module, and for all instances of a
# `for_each`. Rego has no recursion: chains of variables and outputs would have to be written out level by level.
package wrapup

import rego.v1

code_type := "genesyscloud_routing_wrapupcode"

catalogue := {"Win", "Lose", "Refund"}

demanding := {"MANDATORY", "MANDATORY_TIMEOUT", "MANDATORY_FORCED_TIMEOUT"}

timed := {"MANDATORY_TIMEOUT", "MANDATORY_FORCED_TIMEOUT", "AGENT_REQUESTED"}

words := demanding | {"OPTIONAL", "AGENT_REQUESTED"}

live(type) := [it |
	some it in input.resource_changes
	it.type == type
	it.change.after != null
	not it.deposed
]

queues := [it | some it in live("genesyscloud_routing_queue"); it.mode == "managed"]

codes := live(code_type)

after(it, key) := object.get(it.change.after, key, null)

elements(it, key) := after(it, key) if is_array(after(it, key))

elements(it, key) := [] if not is_array(after(it, key))

later(it, key) if it.change.after_unknown[key] == true

hidden(it, key) if it.change.after_sensitive[key] == true

unseen(it, key) if later(it, key)

unseen(it, key) if hidden(it, key)

subject(it) := concat(" ", [kinds[it.type], after(it, "name")]) if {
	not unseen(it, "name")
}

subject(it) := concat(" ", [kinds[it.type], it.address]) if unseen(it, "name")

kinds := {"genesyscloud_routing_queue": "queue", "genesyscloud_routing_wrapupcode": "code"}

prompt(it) := "MANDATORY_TIMEOUT" if {
	after(it, "acw_wrapup_prompt") == null
	not later(it, "acw_wrapup_prompt")
}

prompt(it) := after(it, "acw_wrapup_prompt") if after(it, "acw_wrapup_prompt") in words

# -- which codes a queue offers --------------------------------------------------------------------------------------

module_name(it) := split(split(it.module_address, "[")[0], ".")[1] if it.module_address

block(it) := found if {
	not it.module_address
	some found in input.configuration.root_module.resources
	found.type == it.type
	found.name == it.name
}

block(it) := found if {
	some found in input.configuration.root_module.module_calls[module_name(it)].module.resources
	found.type == it.type
	found.name == it.name
}

# What an expression refers to, in its own module.
own_references(it) := object.get(block(it), ["expressions", "wrapup_codes", "references"], [])

each_references(it) := object.get(block(it), ["for_each_expression", "references"], [])

# Addresses of new codes that an expression of a queue may mean.
named(it) := {found.address |
	some found in codes
	unseen(found, "id")
	means(it, found)
}

means(it, found) if {
	object.get(found, "module_address", "") == object.get(it, "module_address", "")
	refers(own_references(it), found)
}

means(it, found) if {
	"each.value" in own_references(it)
	not it.module_address
	not found.module_address
	refers(each_references(it), found)
}

means(it, found) if {
	not found.module_address
	some reference in own_references(it)
	startswith(reference, "var.")
	variable := split(reference, ".")[1]
	given := input.configuration.root_module.module_calls[module_name(it)].expressions[variable].references
	refers(given, found)
}

local(found) := trim_prefix(found.address, concat("", [found.module_address, "."])) if found.module_address

local(found) := found.address if not found.module_address

refers(references, found) if concat("", [local(found), ".id"]) in references

refers(references, found) if local(found) in references

refers(references, found) if {
	base := concat(".", [found.type, found.name])
	base in references
	not keyed(references, base)
}

keyed(references, base) if {
	some reference in references
	startswith(reference, concat("", [base, "["]))
}

known_ids(it) := {id | some id in elements(it, "wrapup_codes"); id != null}

open_count(it) := count([1 | some id in elements(it, "wrapup_codes"); id == null])

managed(it) if {
	is_array(after(it, "wrapup_codes"))
	not later(it, "wrapup_codes")
}

# The names of all codes that a queue offers; undefined when not all are known.
names(it) := known | fresh if {
	managed(it)
	count(named(it)) == open_count(it)
	known := {name | some id in known_ids(it); name := name_of[id]}
	count(known) == count(known_ids(it))
	fresh := {after(found, "name") | some found in codes; found.address in named(it)}
}

names(it) := {name | some id in known_ids(it); name := name_of[id]} if {
	managed(it)
	open_count(it) == 0
	count({id | some id in known_ids(it); name_of[id]}) == count(known_ids(it))
	count(named(it)) != 0
}

name_of[id] := name if {
	some found in codes
	id := found.change.after.id
	name := found.change.after.name
}

name_of[id] := name if {
	some found in input.prior_state.values.root_module.resources
	found.type == code_type
	id := found.values.id
	name := found.values.name
}

# -- the rules -------------------------------------------------------------------------------------------------------

deny contains concat(" ", ["OFFERS", subject(it)]) if {
	some it in queues
	prompt(it) in demanding
	managed(it)
	count(after(it, "wrapup_codes")) == 0
}

warn contains concat(" ", ["OFFERS", subject(it)]) if {
	some it in queues
	not managed(it)
}

warn contains concat(" ", ["OFFERS", subject(it)]) if {
	some it in queues
	not prompt(it)
}

deny contains concat(" ", ["PROMPT", subject(it)]) if {
	some it in queues
	not prompt(it) in demanding
	prompt(it)
}

warn contains concat(" ", ["PROMPT", subject(it)]) if {
	some it in queues
	not prompt(it)
}

timeout(it) := after(it, "acw_timeout_ms") if {
	is_number(after(it, "acw_timeout_ms"))
	after(it, "acw_timeout_ms") > 0
}

deny contains concat(" ", ["LIMIT", subject(it)]) if {
	some it in queues
	prompt(it) in timed
	not in_range(timeout(it))
	timeout(it)
}

in_range(milliseconds) if {
	milliseconds >= 1000
	milliseconds <= 120000
}

warn contains concat(" ", ["LIMIT", subject(it)]) if {
	some it in queues
	prompt(it) in timed
	not timeout(it)
}

deny contains concat(" ", ["LENGTH", subject(it)]) if {
	some it in codes
	not unseen(it, "name")
	count(after(it, "name")) > 20
}

warn contains concat(" ", [rule, subject(it)]) if {
	some it in codes
	unseen(it, "name")
	some rule in ["LENGTH", "UNIQUE", "KNOWN"]
}

deny contains concat(" ", ["UNIQUE", subject(it)]) if {
	some it in codes
	some other in codes
	it.address != other.address
	not unseen(it, "name")
	not unseen(other, "name")
	lower(trim_space(after(it, "name"))) == lower(trim_space(after(other, "name")))
}

deny contains concat(" ", ["KNOWN", subject(it)]) if {
	some it in codes
	not unseen(it, "name")
	not after(it, "name") in catalogue
}

offered(found) if {
	some it in queues
	managed(it)
	found.change.after.id in known_ids(it)
}

offered(found) if {
	some it in queues
	managed(it)
	found.address in named(it)
	count(named(it)) == open_count(it)
}

unsure if {
	some it in queues
	not managed(it)
}

unsure if {
	some it in queues
	managed(it)
	open_count(it) != count(named(it))
	open_count(it) > 0
}

deny contains concat(" ", ["ORPHAN", subject(it)]) if {
	some it in codes
	it.mode == "managed"
	not offered(it)
	not unsure
	count(queues) > 0
}

warn contains concat(" ", ["ORPHAN", subject(it)]) if {
	some it in codes
	it.mode == "managed"
	not offered(it)
	unsure
}

deny contains concat(" ", ["NEEDS", subject(it)]) if {
	some it in queues
	after(it, "name") == "Sales"
	names(it)
	not "Win" in names(it)
}

warn contains concat(" ", ["NEEDS", subject(it)]) if {
	some it in queues
	after(it, "name") == "Sales"
	not names(it)
}

# Divisions of a code and a queue that offers it, where both are ids.
deny contains concat(" ", ["DIVISION", pair_name(it, found)]) if {
	some it in queues
	some found in codes
	pair(it, found)
	is_string(after(it, "division_id"))
	is_string(after(found, "division_id"))
	after(it, "division_id") != after(found, "division_id")
}

warn contains concat(" ", ["DIVISION", pair_name(it, found)]) if {
	some it in queues
	some found in codes
	pair(it, found)
	written(found, "division_id")
	not same_division(it, found)
	not both_known(it, found)
}

pair_name(it, found) := concat(" ", ["assignment", after(found, "name"), "@", after(it, "name")])

pair(it, found) if found.address in named(it)

pair(it, found) if found.change.after.id in known_ids(it)

both_known(it, found) if {
	is_string(after(it, "division_id"))
	is_string(after(found, "division_id"))
}

written(it, key) if block(it).expressions[key]

same_division(it, found) if {
	one := block(it).expressions.division_id
	one == block(found).expressions.division_id
	count(one.references) == 2
}

same_division(it, found) if {
	is_string(after(it, "division_id"))
	after(it, "division_id") == after(found, "division_id")
}

# A code that the plan does not hold may well exist: warned of, never denied.
warn contains concat(" ", ["FLAGS", concat(" ", ["flags", entry.wrapup_code_id])]) if {
	some it in live("genesyscloud_outbound_wrapupcodemappings")
	some entry in elements(it, "mappings")
	is_string(entry.wrapup_code_id)
	not name_of[entry.wrapup_code_id]
}

warn contains concat(" ", ["FLAGS", "no subject"]) if {
	some it in live("genesyscloud_outbound_wrapupcodemappings")
	later(it, "mappings")
}
