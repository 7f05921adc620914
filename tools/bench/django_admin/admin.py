"""The admin of clients: no count of everything, related rows in one query, orders and search that have an index."""

from datetime import UTC, datetime

from django.contrib import admin
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import F, Prefetch, Value
from django.db.models.functions import Coalesce
from django.utils.functional import cached_property
from django_admin.models import Client, ClientTotals, Contact

COUNTED = 1000
NEVER = Value(datetime(1970, 1, 1, tzinfo=UTC))


class CappedPaginator(Paginator):
    """Counts no further than a thousand where something is asked for, and estimates the whole."""

    @cached_property
    def count(self):
        if self.object_list.query.where:
            return self.object_list.order_by()[: COUNTED + 1].count()
        with connection.cursor() as cursor:
            cursor.execute("SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = 'public.clients'::regclass")
            return cursor.fetchone()[0]


class ContactInline(admin.TabularInline):
    """The people of a client."""

    model, extra = Contact, 0
    readonly_fields = fields = ("first_name", "last_name", "email", "phone", "role")


@admin.register(Client)
class ClientAdmin(admin.ModelAdmin):
    """The same columns as Commerce's list."""

    list_display = ("sort_name", "email", "group", "status", "services", "outstanding", "joined_at", "last_login")
    list_select_related, list_per_page = ("group",), 50
    list_filter = ("status", "group")
    ordering, search_fields = ("sort_name", "id"), ("search_text",)
    show_full_result_count, paginator = False, CappedPaginator
    raw_id_fields, exclude = ("group",), ("search_text",)
    inlines = (ContactInline,)

    def get_queryset(self, request):
        primary = Prefetch("contacts", Contact.objects.filter(is_primary=True), to_attr="primary")
        return super().get_queryset(request).prefetch_related(primary)

    def get_search_results(self, request, queryset, search_term):
        for word in search_term.lower().split():
            queryset = queryset.filter(search_text__contains=word)
        return queryset, False

    def get_changelist_instance(self, request):
        shown = super().get_changelist_instance(request)
        ids = [client.pk for client in shown.result_list]
        found = ClientTotals.objects.using("billing").in_bulk(ids)
        for client in shown.result_list:
            client.totals = found.get(client.pk)
        return shown

    @admin.display
    def email(self, client):
        return client.primary[0].email if client.primary else ""

    @admin.display
    def services(self, client):
        return client.totals and client.totals.services

    @admin.display
    def outstanding(self, client):
        return client.totals and f"{client.totals.outstanding_minor / 100:.2f} {client.totals.currency}"

    @admin.display(ordering=Coalesce(F("last_login_at"), NEVER))
    def last_login(self, client):
        return client.last_login_at
