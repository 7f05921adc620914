"""Saved views of each list, and how the caller keeps the client list."""

from chassis.permissions import Permission
from gateway.api.forwarding import forward

VIEW = "/views/<view_id>"

forward(
    "/views",
    "clients.list_views",
    summary="A page of the views of a list that one sees: own, shared, and those that every business has",
    description="Those of one's bar in its order come first, then the others by name. A `list` over all clients asks for "
    "the permission to view it too.",
    access=Permission.CLIENTS_VIEW,
    short=True,
    query=("list",),
    response="Views",
)
forward(
    "/views/counts",
    "clients.count_views",
    summary="How many clients each view of one's bar of the client list has, half a minute old at most",
    description="No `total` where the view's filter is at `fault`, or where time was up: then ask again.",
    access=Permission.CLIENTS_VIEW,
    short=True,
    response="ViewCounts",
)
forward(
    VIEW,
    "clients.get_view",
    summary="One view",
    description="Whoever knows its id may open it: the link shares it.",
    access=Permission.CLIENTS_VIEW,
    response="View",
)
forward(
    "/views",
    "clients.create_view",
    summary="Save a view; answers it",
    description="Sharing it needs `views.share`.",
    access=Permission.CLIENTS_VIEW,
    method="POST",
    needs_key=True,
    location=True,
    response="View",
    status=201,
)
forward(
    VIEW,
    "clients.update_view",
    summary="Change what is given of a view; answers it",
    description="`pinned`, `default` and `position` are one's own of every view; the rest of a shared one needs "
    "`views.share`.",
    access=Permission.CLIENTS_VIEW,
    method="PATCH",
    response="View",
)
forward(
    VIEW,
    "clients.delete_view",
    hide=("list",),
    summary="Delete a view, for all who see it",
    access=Permission.CLIENTS_VIEW,
    method="DELETE",
    response="DeletedView",
)
forward(
    "/me/client-list",
    "clients.get_list_settings",
    summary="How one keeps the client list: columns (none are the standard ones), widths in CSS pixels, density",
    access=Permission.CLIENTS_VIEW,
    response="ListSettings",
)
forward(
    "/me/client-list",
    "clients.keep_list_settings",
    summary="Keep what is given of these; answers all",
    access=Permission.CLIENTS_VIEW,
    method="PATCH",
    response="ListSettings",
)
