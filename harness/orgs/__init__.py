"""Where an org comes from: a recording, a Terraform export, state or plan, or the platform itself."""

from harness.orgs.export import read_export
from harness.orgs.load import load_org, load_plan
from harness.orgs.recording import read_recording
from harness.orgs.writing import Recording, encode_org, write_recording

__all__ = [
    "Recording",
    "encode_org",
    "load_org",
    "load_plan",
    "read_export",
    "read_recording",
    "write_recording",
]
