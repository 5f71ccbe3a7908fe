"""An org that is audited itself, in the sandbox: its trail and its roles are read, too."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from harness.report.files import load_results
from tests.cli.conftest import run
from tests.cli.test_live import playing

SINCE = f"{datetime.now(UTC) - timedelta(days=5):%Y-%m-%d}"


def test_the_trail_and_the_roles_of_a_live_org_are_read(tmp_path: Path) -> None:
    (tmp_path / "p.policy.yaml").write_text(
        "policy: P\nrules:\n"
        "  - {id: C, check: changes.authorised, with: {actors: [nobody]}, severity: major}\n"
        "  - {id: X, check: changes.explained, severity: major}\n"
    )
    with playing("--org", "fixtures/broken") as (exports, _):
        first = run("record", "--into", "before", "--audits-from", SINCE, cwd=tmp_path, **exports)
        assert first.returncode == 0, first.stderr
        assert (tmp_path / "before/audits.ndjson").read_text().startswith(f'{{"trail":1,"since":"{SINCE}T00:00:00Z"')
        (tmp_path / "c.yaml").write_text("catalogue: C\ndefinitions: [{name: Planted}]\n")
        created = run("codes", "create", "--catalogue", "c.yaml", "--allow-writes", cwd=tmp_path, **exports)
        assert created.returncode == 0, created.stderr
        audited = run(
            "audit", "p.policy.yaml", "--org", "live", "--trail", "live", "--since", "before", "--json", "a.json",
            cwd=tmp_path, **exports,
        )  # fmt: skip
        written = run("codes", "audit-log", "--since", SINCE, "--into", "t.ndjson", cwd=tmp_path, **exports)
    assert "Traceback" not in audited.stderr
    audit = load_results(tmp_path / "a.json").audit
    assert audit is not None
    assert audit.trail is not None
    assert (audit.trail.location, audit.trail.gap) == ("live", None)
    (role,) = audit.access.roles
    assert (role.name, role.everything, {it.kind for it in role.holders}) == ("Master Admin", True, {"client", "user"})
    assert written.returncode == 0, written.stderr
    assert "into t.ndjson." in written.stdout
    assert audit.trail.changes == 1
    assert audited.returncode == 1
    results = load_results(tmp_path / "a.json")
    assert [(results.rules[it.rule].id, it.verdict) for it in results.cases] == [("C", "failed"), ("X", "passed")]
