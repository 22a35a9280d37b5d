"""Front doors and the pages common to all."""

urlpatterns: list = []
