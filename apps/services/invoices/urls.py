"""Pages of invoices: for everyone, under ``/as/<party_ref>/``, and at the counter."""

from django.urls import include, path

from apps.services.invoices.views import books, counter, issuing, public, reading, receiving, red_letters

urlpatterns = [
    path(
        "invoices/",
        include(
            (
                [
                    path("verify/", public.verify, name="verify"),
                    path("pick-up/<str:code>/", public.pick_up, name="pick_up"),
                    path("pick-up/<str:code>/<slug:form>/", public.pick_up_file, name="pick_up_file"),
                ],
                "invoice_public",
            )
        ),
    ),
]

acting_urlpatterns = [
    path(
        "invoices/",
        include(
            (
                [
                    path("", reading.invoice_list, name="list"),
                    path("issue/", issuing.issue, name="issue"),
                    path("upload/", receiving.upload, name="upload"),
                    path("receipts/<str:ref>/", receiving.receipt, name="receipt"),
                    path("red-letters/", red_letters.index, name="red_letters"),
                    path("red-letters/<str:ref>/", red_letters.one, name="red_letter"),
                    path("archive/", books.archive, name="archive"),
                    path("archive/<str:ref>/", books.package, name="package"),
                    path("archive/<str:ref>/file/", books.package_file, name="package_file"),
                    path("<str:number>/", reading.detail, name="detail"),
                    path("<str:number>/issued/", issuing.issued, name="issued"),
                    path("<str:number>/original/", reading.original, name="original"),
                    path("<str:number>/layout/<slug:form>/", reading.layout, name="layout"),
                    path("<str:number>/mail/", reading.mail, name="mail"),
                    path("<str:number>/red-letter/", red_letters.ask, name="ask_red_letter"),
                    path("<str:number>/purpose/", books.confirm_purpose, name="purpose"),
                    path("<str:number>/marks/", books.mark, name="mark"),
                    path("<str:number>/marks/<slug:kind>/", books.unmark, name="unmark"),
                ],
                "invoices",
            )
        ),
    ),
]

counter_urlpatterns = [
    path(
        "invoices/",
        include(
            (
                [
                    path("", counter.search, name="search"),
                    path("<str:ref>/", counter.invoice_list, name="list"),
                    path("<str:ref>/<str:number>/", counter.detail, name="detail"),
                ],
                "invoices_counter",
            )
        ),
    ),
]
