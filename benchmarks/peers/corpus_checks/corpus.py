"""The corpus's policy as checks of checkov, in Python, which may look at the whole graph of resources.

checkov marks what is known only after apply when `EVAL_TF_PLAN_AFTER_UNKNOWN` is set; a check can then answer UNKNOWN,
which leaves the resource out of every report and the exit code at 0.
"""

from checkov.common.models.enums import CheckCategories, CheckResult
from checkov.terraform.checks.resource.base_resource_check import BaseResourceCheck

CODE = "genesyscloud_routing_wrapupcode"
QUEUE = "genesyscloud_routing_queue"
MAPPINGS = "genesyscloud_outbound_wrapupcodemappings"
LATER = "true_after_unknown"
CATALOGUE = {"Win", "Lose", "Refund"}
DEMANDING = {"MANDATORY", "MANDATORY_TIMEOUT", "MANDATORY_FORCED_TIMEOUT"}
TIMED = {"MANDATORY_TIMEOUT", "MANDATORY_FORCED_TIMEOUT", "AGENT_REQUESTED"}
WORDS = DEMANDING | {"OPTIONAL", "AGENT_REQUESTED"}
FAILED, PASSED, UNKNOWN = CheckResult.FAILED, CheckResult.PASSED, CheckResult.UNKNOWN


def of(condition):
    """Return the result of a condition that was judged."""
    return PASSED if condition else FAILED


def first(conf, key):
    """Return an attribute's value; checkov wraps every value in a list."""
    value = conf.get(key)
    return value[0] if isinstance(value, list) and value else value


def text(conf, key):
    """Return a text that is known, else None: checkov shows a reference in place of what it stands for."""
    value = first(conf, key)
    references = [it for group in conf.get("references_", []) for it in (group if isinstance(group, list) else [group])]
    return value if isinstance(value, str) and value != LATER and value not in references else None


class Check(BaseResourceCheck):
    """One rule about one type of resource."""

    def __init__(self, rule, resource_type):
        super().__init__(
            name=rule,
            id=f"CKV_WRAPUP_{rule}",
            categories=[CheckCategories.CONVENTION],
            supported_resources=[resource_type],
        )

    def nodes(self, resource_type):
        """Return the configurations of all resources of a type."""
        found = []
        for _, node in self.graph.nodes():
            if node.get("resource_type") == resource_type:
                for conf in node["config_"][resource_type].values():
                    found.append(conf)
        return found

    def prompt(self, conf):
        """Return the prompt, with the provider's default; None when it is not known."""
        if "acw_wrapup_prompt" not in conf:
            return "MANDATORY_TIMEOUT"
        word = text(conf, "acw_wrapup_prompt")
        return word if word in WORDS else None

    def listed(self, conf):
        """Return a queue's codes as they are written, or None when they are not known or not managed."""
        value = first(conf, "wrapup_codes")
        return value if isinstance(value, list) else None

    def code(self, queue, entry):
        """Return the code that an entry means, or None: an id, or a reference within the queue's module."""
        if not isinstance(entry, str):
            return None
        module = queue["__address__"].rpartition(f"{QUEUE}.")[0]
        for conf in self.nodes(CODE):
            if first(conf, "id") == entry or f"{module}{entry}" == f"{conf['__address__']}.id":
                return conf
        return None

    def offered(self, conf):
        """Return the codes that a queue offers and whether they are all."""
        entries = self.listed(conf)
        if entries is None:
            return [], False
        found = [self.code(conf, it) for it in entries]
        return [it for it in found if it is not None], None not in found


class Offers(Check):
    def scan_resource_conf(self, conf):
        prompt, entries = self.prompt(conf), self.listed(conf)
        if prompt is None or prompt not in DEMANDING or entries is None:
            return UNKNOWN
        return of(entries)


class Prompt(Check):
    def scan_resource_conf(self, conf):
        prompt = self.prompt(conf)
        return UNKNOWN if prompt is None else of(prompt in DEMANDING)


class Limit(Check):
    def scan_resource_conf(self, conf):
        prompt, timeout = self.prompt(conf), first(conf, "acw_timeout_ms")
        if prompt == "MANDATORY":
            return PASSED
        if prompt not in TIMED or not isinstance(timeout, int) or timeout == 0:
            return UNKNOWN
        return of(1000 <= timeout <= 120_000)


class Length(Check):
    def scan_resource_conf(self, conf):
        name = text(conf, "name")
        return UNKNOWN if name is None else of(len(name) <= 20)


class Unique(Check):
    def scan_resource_conf(self, conf):
        name = text(conf, "name")
        if name is None:
            return UNKNOWN
        others = [text(it, "name") for it in self.nodes(CODE) if it["__address__"] != conf["__address__"]]
        if name.casefold().strip() in [it.casefold().strip() for it in others if it]:
            return FAILED
        return UNKNOWN if None in others else PASSED


class Known(Check):
    def scan_resource_conf(self, conf):
        name = text(conf, "name")
        return UNKNOWN if name is None else of(name in CATALOGUE)


class Orphan(Check):
    def scan_resource_conf(self, conf):
        queues = [self.offered(it) for it in self.nodes(QUEUE)]
        if any(it["__address__"] == conf["__address__"] for codes, _ in queues for it in codes):
            return PASSED
        return FAILED if queues and all(sure for _, sure in queues) else UNKNOWN


class Needs(Check):
    def scan_resource_conf(self, conf):
        if text(conf, "name") != "Sales":
            return UNKNOWN
        codes, sure = self.offered(conf)
        if "Win" in [text(it, "name") for it in codes]:
            return PASSED
        return FAILED if sure else UNKNOWN


class Division(Check):
    """About the queue: checkov has no subject that is a pair."""

    def scan_resource_conf(self, conf):
        codes, sure = self.offered(conf)
        own = text(conf, "division_id")
        theirs = [text(it, "division_id") for it in codes]
        if own is None or None in theirs:
            return UNKNOWN
        if any(it != own for it in theirs):
            return FAILED
        return PASSED if sure else UNKNOWN


class Flags(Check):
    def scan_resource_conf(self, conf):
        entries = conf.get("mappings")
        if not isinstance(entries, list):
            return UNKNOWN
        flat = [it for entry in entries for it in (entry if isinstance(entry, list) else [entry])]
        if not flat or not all(isinstance(it, dict) for it in flat):
            return UNKNOWN
        prefix = {"__address__": conf["__address__"].replace(MAPPINGS, QUEUE)}
        return PASSED if all(self.code(prefix, first(it, "wrapup_code_id")) for it in flat) else UNKNOWN


CHECKS = [
    Offers("OFFERS", QUEUE),
    Prompt("PROMPT", QUEUE),
    Limit("LIMIT", QUEUE),
    Length("LENGTH", CODE),
    Unique("UNIQUE", CODE),
    Known("KNOWN", CODE),
    Orphan("ORPHAN", CODE),
    Needs("NEEDS", QUEUE),
    Division("DIVISION", QUEUE),
    Flags("FLAGS", MAPPINGS),
]
