"""Who follows the printed accounts can walk every procedure to its end."""

from apps.kernel.parties import demo_data
from ops import demo


def test_every_member_of_staff_the_demonstration_has_is_named():
    named = {*demo.STAFF, *demo.DEPARTMENTS}
    assert {name for name, *_rest in demo_data.STAFF} <= named
