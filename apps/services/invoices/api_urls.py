"""Routes of the invoice API, under ``/api/v1/``."""

from django.urls import path

from apps.services.invoices.api import books, issuing, receiving

urlpatterns = [
    path("invoices/", receiving.Invoices.as_view(), name="api-invoices"),
    path("invoices/issue/", issuing.Issue.as_view(), name="api-invoice-issue"),
    path("invoices/quota/", issuing.Quota.as_view(), name="api-invoice-quota"),
    path("invoices/verify/", books.Verify.as_view(), name="api-invoice-verify"),
    path("invoices/receipts/", receiving.Receipts.as_view(), name="api-invoice-receipts"),
    path("invoices/receipts/<str:ref>/", receiving.Receipt.as_view(), name="api-invoice-receipt"),
    path("invoices/archives/", books.Archives.as_view(), name="api-invoice-archives"),
    path("invoices/archives/<str:ref>/file/", books.ArchiveFile.as_view(), name="api-invoice-archive-file"),
    path("invoices/red-letters/<str:ref>/", issuing.OneRedLetter.as_view(), name="api-red-letter"),
    path("invoices/<str:number>/", books.OneInvoice.as_view(), name="api-invoice"),
    path("invoices/<str:number>/original/", books.Original.as_view(), name="api-invoice-original"),
    path("invoices/<str:number>/marks/", books.Marks.as_view(), name="api-invoice-marks"),
    path("invoices/<str:number>/purpose/", books.Purpose.as_view(), name="api-invoice-purpose"),
    path("invoices/<str:number>/red-letters/", issuing.RedLetters.as_view(), name="api-invoice-red-letters"),
]
