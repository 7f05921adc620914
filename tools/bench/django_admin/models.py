"""The rows of the list and the record, as they are: no table here is Django's to make."""

from django.db import models


class ClientGroup(models.Model):
    """A group of clients."""

    id = models.UUIDField(primary_key=True)
    name = models.TextField()

    class Meta:
        managed, db_table = False, "client_groups"

    def __str__(self):
        return self.name


class Client(models.Model):
    """A client with what the list shows of it."""

    id = models.UUIDField(primary_key=True)
    company = models.TextField()
    sort_name = models.TextField()
    search_text = models.TextField()
    status = models.TextField(choices=[("active", "Active"), ("suspended", "Suspended"), ("inactive", "Inactive")])
    joined_at = models.DateTimeField()
    last_login_at = models.DateTimeField(null=True)
    group = models.ForeignKey(ClientGroup, models.DO_NOTHING, null=True)
    address1 = models.TextField()
    city = models.TextField()
    postcode = models.TextField()
    country = models.TextField()
    currency = models.TextField()

    class Meta:
        managed, db_table = False, "clients"

    def __str__(self):
        return self.sort_name


class Contact(models.Model):
    """A person of a client."""

    id = models.UUIDField(primary_key=True)
    client = models.ForeignKey(Client, models.DO_NOTHING, related_name="contacts")
    is_primary = models.BooleanField()
    first_name = models.TextField()
    last_name = models.TextField()
    email = models.TextField()
    phone = models.TextField()
    role = models.TextField()

    class Meta:
        managed, db_table = False, "contacts"

    def __str__(self):
        return f"{self.first_name} {self.last_name}"


class ClientTotals(models.Model):
    """What billing keeps of a client."""

    client_id = models.UUIDField(primary_key=True)
    currency = models.TextField()
    services = models.IntegerField()
    outstanding_minor = models.BigIntegerField()

    class Meta:
        managed, db_table = False, "client_totals"
