"""Palette: what its text finds, in sections: commands, clients and all that is theirs; before it has any, what was opened
last and the commands that are used most."""

from dataclasses import dataclass

from chassis.permissions import Permission
from chassis.types.search import is_enough, number_in
from chassis.types.text import seen
from gateway.composition.search import by_kind, found_in, search_calls
from gateway.http.call_errors import part
from gateway.http.context import RequestContext
from gateway.ui import palette_commands
from gateway.ui.palette_commands import PaletteCommand

COMMANDS_ONLY = ">"
FOUND, CLIENTS, COMMANDS = 16, 3, 6


@dataclass(frozen=True)
class Option:
    """What can be chosen: it leads to `path`, or goes on with `typed` where there is such text. `keys` do the same."""

    icon: str
    title: str
    path: str
    subtitle: str = ""
    right: str = ""
    keys: tuple[str, ...] = ()
    typed: str = ""


Section = tuple[str, list[Option]]


@dataclass(frozen=True)
class Typed:
    """What was typed, as it is read: the commands that it names, or those of a client with the text that is left for the
    client's name."""

    text: str
    commands_only: bool
    named: list[PaletteCommand]
    of_client: list[PaletteCommand]
    client: str

    @classmethod
    def read(cls, q: str, allowed: list[PaletteCommand]) -> "Typed":
        """`q` as it is read for who may do what is `allowed`."""
        text = seen(q.strip().removeprefix(COMMANDS_ONLY))
        named = palette_commands.found(allowed, text)
        whole = named or number_in(text)
        of_client, client = ([], "") if whole else palette_commands.of_client(allowed, text)
        return cls(text, q.strip().startswith(COMMANDS_ONLY), named, of_client, client)


def palette_sections(ctx: RequestContext, q: str, current: str | None, recent: list[str]) -> dict:
    """`{"sections": [(title, [option])], "unavailable": [service], "short": bool}` of what was typed on the page of the
    client `current`, to who opened the clients `recent` last; `short` says that more characters are needed.

    With COMMANDS_ONLY before it nothing but commands is looked for. Raises a 422 for what cannot be looked for.
    """
    ctx.identify()
    allowed = palette_commands.allowed(ctx.caller.allows)
    typed = Typed.read(q, allowed)
    clients = ctx.caller.allows(Permission.CLIENTS_VIEW)
    everything = clients and not typed.commands_only
    calls = search_calls(ctx, {"q": typed.text, "limit": str(FOUND)}) if everything and is_enough(typed.text) else {}
    ids = list(dict.fromkeys(one for one in (current, *recent) if one))
    answers = ctx.gather(**calls, **(_client_call(typed.client, ids) if clients else {}))
    known = _known_clients(part(answers.pop("known", {})) or {}, ids)
    found = found_in(ctx, answers, FOUND)
    first = _found(found["data"], _commands(typed, known, current))
    sections = first if typed.text else _before_text(allowed, known, current)
    return {
        "sections": [section for section in sections if section[1]],
        "unavailable": found["unavailable"],
        "short": bool(typed.text) and everything and not calls,
    }


def _client_call(typed: str, ids: list[str]) -> dict[str, tuple]:
    """The RPC for the clients that commands are offered with: those that are typed, else those that are known by id."""
    if is_enough(typed):
        return {"known": ("clients.search", {"q": typed, "kinds": "client", "limit": str(CLIENTS)})}
    return {} if typed or not ids else {"known": ("clients.client_names", {"client_ids": ids})}


def _known_clients(answer: dict, ids: list[str]) -> dict[str, str]:
    """The names of these clients by id, in the order in which they are offered."""
    if "data" in answer:
        return {hit["id"]: hit["title"] for hit in answer["data"]}
    return {id: answer[id] for id in ids if id in answer}


def _before_text(allowed: list[PaletteCommand], known: dict[str, str], current: str | None) -> list[Section]:
    recent = [Option("users", name, f"/admin/clients/{id}") for id, name in known.items() if id != current]
    first = [one for one in allowed if one.first and (not one.of_client or current in known)]
    return [("Recently opened", recent), ("Commands", [_option(one, known, current) for one in first])]


def _found(hits: list[dict], found_commands: list[Option]) -> list[Section]:
    """What has the number that was typed, then commands, then the kinds one after another."""
    exact = [hit for hit in hits if hit["matched"] == "number"]
    others = by_kind([hit for hit in hits if hit["matched"] != "number"])
    return [
        ("Exact number", [_hit(kind.icon, hit) for kind, some in by_kind(exact) for hit in some]),
        ("Commands", found_commands),
        *((kind.title, [_hit(kind.icon, hit) for hit in some]) for kind, some in others),
    ]


def _hit(icon: str, hit: dict) -> Option:
    return Option(icon, hit["title"], hit["path"], hit["subtitle"], hit["matched"])


def _commands(typed: Typed, known: dict[str, str], current: str | None) -> list[Option]:
    """The commands that the text names; one that is of a client with each client that is meant, or still to be typed."""
    if typed.client:
        return [_option(one, known, id) for one in typed.of_client for id in known][:COMMANDS]
    options = [_option(one, known, current) for one in typed.named]
    if len(typed.named) == 1 and typed.named[0].of_client:
        options = [*(_option(typed.named[0], known, id) for id in known), _option(typed.named[0], known, None)]
    return options if typed.commands_only else options[:COMMANDS]


def _option(command: PaletteCommand, known: dict[str, str], client_id: str | None) -> Option:
    """A command, of one of the `known` clients where it is of a client; without one it asks for the client's name."""
    if not command.of_client:
        return Option(command.icon, command.name, command.path, keys=command.keys)
    if client_id not in known:
        return Option(
            command.icon,
            command.name,
            "/admin/clients",
            subtitle="Go on with the client’s name",
            typed=f"{command.name} ",
        )
    title = " ".join(filter(None, (command.name, command.link, known[client_id])))
    return Option(command.icon, title, command.path.format(client_id=client_id), keys=command.keys)
