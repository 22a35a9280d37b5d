"""The state chart in admin says what the transition table says."""

import pytest

from apps.kernel.casework import drawing, procedures
from tests import factories

EVERY = pytest.mark.parametrize("procedure", procedures.all(), ids=lambda procedure: procedure.code)


@EVERY
def test_every_state_is_drawn_once_inside_the_picture(procedure) -> None:
    picture = drawing.draw(procedure)
    assert sorted(box.state.code for box in picture.boxes) == sorted(state.code for state in procedure.states)
    assert all(box.left >= 0 and box.left + picture.box_width <= picture.width for box in picture.boxes)
    assert all(box.top >= 0 and box.top + picture.box_height <= picture.height for box in picture.boxes)


@EVERY
def test_every_row_that_changes_the_state_has_its_number_on_an_arrow(procedure) -> None:
    numbers = {int(number) for arrow in drawing.draw(procedure).arrows for number in arrow.label.split("·")}
    moving = {
        number
        for number, row in enumerate(procedure.transitions, start=1)
        if row.target is not None and set(row.sources) - {row.target}
    }
    assert numbers == moving


@pytest.mark.django_db
def test_an_administrator_reads_the_charts(signed_in) -> None:
    admin = factories.user("管理员")
    admin.is_staff = admin.is_superuser = True
    admin.save()
    browser = signed_in(admin)
    assert "延期缴纳税款" in browser.get("/admin/casework/case/procedures/").content.decode()
    page = browser.get("/admin/casework/case/procedures/deferral/").content.decode()
    assert "待受理" in page
    assert "第三十一条" in page
    assert browser.get("/admin/casework/case/procedures/absent/").status_code == 404


@pytest.mark.django_db
def test_staff_of_the_administration_without_the_permission_do_not(signed_in) -> None:
    clerk = factories.user("职员")
    clerk.is_staff = True
    clerk.save()
    assert signed_in(clerk).get("/admin/casework/case/procedures/").status_code == 403
