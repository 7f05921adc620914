"""The columns of the client list are the same for the service and for the screens."""

from gateway.ui import columns as screen
from services.clients import columns as service
from services.clients.schemas.clients import ClientRow


def test_service_and_screens_have_the_same_columns():
    assert tuple(column.key for column in screen.STANDARD) == service.STANDARD
    assert {column.key for column in screen.COLUMNS if column.row} == set(service.OF_ROW)
    assert {column.key for column in screen.COLUMNS} == set(service.KNOWN)


def test_a_column_shows_a_field_of_the_row():
    assert {column.row for column in screen.COLUMNS if column.row} <= set(ClientRow().fields)


def test_a_heading_sorts_by_what_the_list_can_be_sorted_by():
    assert all(service.is_sort(column.first_sort) for column in screen.COLUMNS)
