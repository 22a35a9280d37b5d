from django.apps import AppConfig


class ServicesConfig(AppConfig):
    name = "apps.services"
    label = "services"

    def ready(self) -> None:
        """Add the chapter's sources of to-dos and listen to what the ledger tells."""
        from apps.kernel.parties import todos  # noqa: PLC0415 - models are loaded by now
        from apps.services.filing import signals  # noqa: PLC0415 - as above
        from apps.services.invoices import delivery  # noqa: PLC0415 - as above
        from apps.services.invoices.todos import red_letters_to_answer  # noqa: PLC0415 - as above

        signals.connect()
        delivery.connect()
        todos.register(red_letters_to_answer)
