# The twenty rules of the engine, for an OPA engine; `benchmarks/rules.py` says the same.
package wrapup

import rego.v1

demanding := {"MANDATORY", "MANDATORY_TIMEOUT", "MANDATORY_FORCED_TIMEOUT"}

timed := {"MANDATORY_TIMEOUT", "MANDATORY_FORCED_TIMEOUT", "AGENT_REQUESTED"}

name_of[id] := it.change.after.name if {
	some it in input.resource_changes
	it.type == "genesyscloud_routing_wrapupcode"
	id := it.change.after.id
}

queues := [queue |
	some it in input.resource_changes
	it.type == "genesyscloud_routing_queue"
	after := it.change.after
	queue := {
		"name": after.name,
		"prompt": after.acw_wrapup_prompt,
		"timeout": after.acw_timeout_ms,
		"description": after.description,
		"evaluation": after.skill_evaluation_method,
		"codes": [name | some id in after.wrapup_codes; name := name_of[id]],
	}
]

found(rule, queue) := concat(" ", [rule, queue.name])

deny contains found("R01", queue) if {
	some queue in queues
	not queue.prompt in {"MANDATORY", "MANDATORY_TIMEOUT", "MANDATORY_FORCED_TIMEOUT"}
}

deny contains found("R02", queue) if {
	some queue in queues
	not queue.prompt in {"MANDATORY", "MANDATORY_TIMEOUT", "OPTIONAL"}
}

deny contains found("R03", queue) if {
	some queue in queues
	queue.prompt in timed
	queue.timeout > 120000
}

deny contains found("R04", queue) if {
	some queue in queues
	queue.prompt in timed
	queue.timeout > 300000
}

deny contains found("R04", queue) if {
	some queue in queues
	queue.prompt in timed
	queue.timeout < 20000
}

deny contains found("R05", queue) if {
	some queue in queues
	count(queue.codes) == 0
}

deny contains found("R06", queue) if {
	some queue in queues
	count(queue.codes) < 2
}

deny contains found("R06", queue) if {
	some queue in queues
	count(queue.codes) > 4
}

deny contains found("R07", queue) if {
	some queue in queues
	endswith(queue.name, "1")
	not "Outcome 1" in queue.codes
}

deny contains found("R08", queue) if {
	some queue in queues
	some name in queue.codes
	name in {"Outcome 3", "Outcome 5"}
}

deny contains found("R09", queue) if {
	some queue in queues
	count(queue.codes) > 25
}

deny contains found("R10", queue) if {
	some queue in queues
	not regex.match(`^Queue [0-9]+$`, queue.name)
}

deny contains found("R11", queue) if {
	some queue in queues
	count(queue.name) > 60
}

deny contains found("R12", queue) if {
	some queue in queues
	not queue.evaluation in {"ALL", "BEST"}
}

deny contains found("R13", queue) if {
	some queue in queues
	queue.prompt in timed
	queue.timeout > 120000
}

deny contains found("R14", queue) if {
	some queue in queues
	not contains(queue.description, "customers")
}

deny contains found("R15", queue) if {
	some queue in queues
	queue.prompt == "OPTIONAL"
}

deny contains found("R16", queue) if {
	some queue in queues
	"Outcome 13" in queue.codes
}

deny contains found("R17", queue) if {
	some queue in queues
	not queue.prompt in demanding
	count(queue.codes) > 3
}

deny contains found("R18", queue) if {
	some queue in queues
	some name in queue.codes
	not startswith(name, "Outcome ")
}

deny contains found("R19", queue) if {
	some queue in queues
	endswith(queue.name, "7")
	queue.timeout < 30000
}

deny contains found("R20", queue) if {
	some queue in queues
	count([name | some name in queue.codes; regex.match(`[19]$`, name)]) == 0
}
