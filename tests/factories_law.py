"""People who keep the law and the calendar."""

import itertools

from django.contrib.auth.models import Permission

from apps.kernel.parties.actors import Actor
from apps.kernel.parties.models import User

_numbers = itertools.count(1)


def keeper(*permissions: str) -> Actor:
    """A staff member with Django permissions, named ``app.codename``."""
    user = User.objects.create_user(username=f"keeper{next(_numbers)}", display_name="林慧")
    for permission in permissions:
        app, codename = permission.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    return Actor(user=user, channel="workbench")
