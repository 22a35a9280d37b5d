from django.apps import AppConfig


class ServicesConfig(AppConfig):
    name = "apps.services"
    label = "services"

    def ready(self) -> None:
        """Add the chapter's sources of to-dos and listen to what the ledger tells."""
        from apps.kernel.casework import page_parts  # noqa: PLC0415 - models are loaded by now
        from apps.kernel.casework.signals import case_opened  # noqa: PLC0415
        from apps.kernel.ledger.signals import charge_assessed  # noqa: PLC0415
        from apps.kernel.parties import todos  # noqa: PLC0415
        from apps.services.channels import mail  # noqa: PLC0415
        from apps.services.filing import signals  # noqa: PLC0415
        from apps.services.procedures import deferral, filing_extension  # noqa: PLC0415
        from apps.services.wizard import transcripts, trees  # noqa: PLC0415

        signals.connect()
        charge_assessed.connect(deferral.on_charge_assessed, dispatch_uid="deferral-of-new-charges")
        case_opened.connect(filing_extension.on_case_opened, dispatch_uid="extension-of-new-returns")
        trees.all()  # a guide that leads into nothing stops the start
        case_opened.connect(transcripts.on_case_opened, dispatch_uid="guide-transcripts")
        page_parts.register(transcripts.of_case)
        page_parts.register(mail.of_case)
        todos.register(mail.incomplete)
