"""The HTTP client core: regions, credentials, one steady client, listings, and safe changes."""

from harness.client.client import Answer, GenesysClient, Organization
from harness.client.concurrency import Updated, update
from harness.client.credentials import (
    Access,
    AccessToken,
    ClientCredentials,
    Credentials,
    UserToken,
    access_from_environment,
    load_user_token,
    save_user_token,
)
from harness.client.login import login
from harness.client.pacing import Pacer
from harness.client.pages import Form, Listing, Page
from harness.client.permissions import Needed, needed
from harness.client.regions import Region, region_of
from harness.client.retries import Retries
from harness.client.walking import entities, walk

__all__ = [
    "Access",
    "AccessToken",
    "Answer",
    "ClientCredentials",
    "Credentials",
    "Form",
    "GenesysClient",
    "Listing",
    "Needed",
    "Organization",
    "Pacer",
    "Page",
    "Region",
    "Retries",
    "Updated",
    "UserToken",
    "access_from_environment",
    "entities",
    "load_user_token",
    "login",
    "needed",
    "region_of",
    "save_user_token",
    "update",
    "walk",
]
