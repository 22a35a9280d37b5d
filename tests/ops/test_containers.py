"""The containers fit the project: services, settings, secrets, modules, health; read without a docker daemon."""

import importlib.util
import re

import pytest
import yaml
from django.conf import settings

from ops.environment import HOME
from ops.gates import containers


class _EachNameOnce(yaml.SafeLoader):
    """Refuses a name that is given twice in one mapping, as compose does and PyYAML does not."""

    def construct_mapping(self, node, deep=False):
        names = [key.value for key, _value in node.value if key.value != "<<"]
        if len(names) != len(set(names)):
            raise yaml.constructor.ConstructorError(None, None, f"a name is given twice: {names}", node.start_mark)
        return super().construct_mapping(node, deep=deep)


COMPOSE = yaml.load(containers.FILE.read_text(encoding="utf-8"), _EachNameOnce)
SERVICES = COMPOSE["services"]
DOCKERFILE = (HOME / "Dockerfile").read_text(encoding="utf-8")
PORTAL = COMPOSE["x-portal"]["environment"]
OURS = {name: service for name, service in SERVICES.items() if service.get("image") == "taxportal"}


def test_every_part_of_the_portal_is_a_service():
    assert {"web", "worker", "beat", "postgres", "redis", "nginx", "gateway"} <= set(SERVICES)
    assert {"web", "worker", "prompt-worker", "beat", "gateway", "prepare"} <= set(OURS)


def test_each_queue_has_a_worker():
    commands = [service["command"] for service in OURS.values() if "worker" in service.get("command", ())]
    taken = {command[command.index("--queues") + 1] for command in commands}
    assert taken == {queue.name for queue in settings.CELERY_TASK_QUEUES}


def test_every_variable_given_is_read_somewhere():
    files = [*(HOME / "taxportal").glob("*.py"), *(HOME / "apps").rglob("*.py"), *(HOME / "sandbox").rglob("*.py")]
    code = "\n".join(file.read_text(encoding="utf-8") for file in files)
    assert [name for name in PORTAL if f'"{name}"' not in code] == []


def test_no_secret_is_written_down():
    for name, service in SERVICES.items():
        for variable, value in service.get("environment", {}).items():
            if re.search(r"SECRET|PASSWORD|KEY$", variable):
                assert re.fullmatch(r"\$\{\w+:(\?.+|-)\}", value), f"{name}: {variable}"
    assert "SECRET_KEY=build" in DOCKERFILE, "the image is built with a key that serves for nothing else"


def test_the_readme_names_every_variable_that_must_be_set():
    readme = (HOME / "README.md").read_text(encoding="utf-8")
    assert [name for name in containers.required() if f"`{name}`" not in readme] == []


@pytest.mark.parametrize("image", [s["image"] for s in SERVICES.values() if s["image"] != "taxportal"])
def test_foreign_images_name_their_version(image):
    assert re.search(r":\d[\w.-]*$", image)


def test_our_image_names_its_python_and_runs_as_nobody_special():
    [base] = re.findall(r"^FROM (\S+)$", DOCKERFILE, re.MULTILINE)
    assert re.fullmatch(r"python:3\.11[\w.-]*", base)
    assert re.search(r"^USER portal$", DOCKERFILE, re.MULTILINE)
    copied = re.findall(r"^COPY (.+) \S+$", DOCKERFILE, re.MULTILINE)
    assert all((HOME / name).exists() for names in copied for name in names.split())


@pytest.mark.parametrize("name", [name for name, service in OURS.items() if "command" in service])
def test_every_command_is_a_module_with_the_options_it_is_given(name):
    command = SERVICES[name]["command"]
    module = command[command.index("-m") + 1]
    found = importlib.util.find_spec(module)
    assert found is not None
    if module.startswith("sandbox."):
        program = (HOME / module.replace(".", "/") / "__main__.py").read_text(encoding="utf-8")
        assert [option for option in command if option.startswith("--") and f'"{option}"' not in program] == []


def test_who_is_waited_for_says_when_it_is_well():
    for name, service in SERVICES.items():
        for other, how in service.get("depends_on", {}).items():
            if how["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[other], f"{name} waits for {other}"
    quiet = {"prepare", "beat", "partners"}  # they end, or take no requests: restarted when they die
    assert {name for name, service in SERVICES.items() if "healthcheck" not in service} == quiet


def test_nginx_passes_on_to_the_port_the_portal_listens_on():
    port = re.search(r'"--port", "(\d+)"', DOCKERFILE)[1]
    assert SERVICES["nginx"]["environment"]["PORTAL_SERVERS"] == f"server web:{port};"


def test_health_is_told_without_tls_where_visitors_need_it(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/healthz").status_code == 200
    assert client.get("/accessibility/").status_code == 301
