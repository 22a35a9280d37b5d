"""`make security` asks every call that needs a scope as a system that holds it."""

import re

import yaml

from apps.kernel.parties.demo_data import CLIENT_SCOPES
from ops.environment import HOME
from ops.security.target import SYSTEMS


def test_every_scope_of_the_api_is_tried_by_a_system_that_holds_it():
    api = yaml.load((HOME / "docs" / "openapi.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    refused = []
    for path, calls in api["paths"].items():
        for verb, call in calls.items():
            scopes = {scope for way in call.get("security", ()) for names in way.values() for scope in names}
            asking = [code for code, rooms in SYSTEMS.items() if re.search(rooms, path)]
            if scopes and not any(scopes & set(CLIENT_SCOPES[code]) for code in asking):
                refused.append(f"{verb} {path}: {scopes}")
    assert refused == []
