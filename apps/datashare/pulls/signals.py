"""What pulls tell other rooms; each is sent after commit with ``run``, the :class:`Pull` it is about.

``schema_drifted``: the source's fields no longer fit the contract (missing or retyped) and the run is
blocked; whoever keeps data corrections may open one with the provider.
"""

from django.dispatch import Signal

pull_done = Signal()
pull_blocked = Signal()
pull_failed = Signal()
schema_drifted = Signal()
