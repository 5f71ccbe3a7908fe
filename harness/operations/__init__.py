"""Operations on a live org: create, attach, validate, wait, find, apply, watch, tell a CRM, usage, audit log; typed and repeatable."""

from harness.model.periods import Period
from harness.operations.access import review_access
from harness.operations.acw import demand_code
from harness.operations.agreement import Agreement, chosen, read_agreement
from harness.operations.apply import Applied, NotVerifiedError, WrapUpRefusedError, apply
from harness.operations.attach import attach
from harness.operations.audit_log import AuditLog, live_trail, read_audit_log
from harness.operations.create import Created, create
from harness.operations.crm_client import CrmAccess, CrmClient, Receipt, crm_access_from_environment
from harness.operations.find import Found, find_code
from harness.operations.lapses import Lapse
from harness.operations.reading import LookupFailedError, find_org_code, find_queue
from harness.operations.steps import Status, Step
from harness.operations.sync_crm import CrmRecord, Synced, records, sync_crm
from harness.operations.tally import Summary
from harness.operations.usage import Usage, read_usage
from harness.operations.validate import Reason, Validation, validate
from harness.operations.waiting import Active, NotActiveError, wait_until_active
from harness.operations.watch import Watcher

__all__ = [
    "Active",
    "Agreement",
    "Applied",
    "AuditLog",
    "Created",
    "CrmAccess",
    "CrmClient",
    "CrmRecord",
    "Found",
    "Lapse",
    "LookupFailedError",
    "NotActiveError",
    "NotVerifiedError",
    "Period",
    "Reason",
    "Receipt",
    "Status",
    "Step",
    "Summary",
    "Synced",
    "Usage",
    "Validation",
    "Watcher",
    "WrapUpRefusedError",
    "apply",
    "attach",
    "chosen",
    "create",
    "crm_access_from_environment",
    "demand_code",
    "find_code",
    "find_org_code",
    "find_queue",
    "live_trail",
    "read_agreement",
    "read_audit_log",
    "read_usage",
    "records",
    "review_access",
    "sync_crm",
    "validate",
    "wait_until_active",
]
