"""Uploads of an import: files by kind, the source, whether duplicate emails are allowed."""

from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Request

from chassis.errors import ServiceProblem, field_problem
from chassis.types.text import storable
from gateway.composition.csv_files.columns import KINDS
from gateway.composition.csv_files.dialect import ENCODINGS
from gateway.composition.csv_files.reader import CsvFile, open_csv

OPTIONS = ("source", "allow_duplicate_email", "encoding")
SOURCE_LENGTH = 64


def read_upload(request: Request, *beside: str) -> tuple[list[CsvFile], str, bool]:
    """(files, source, allow_duplicate_email) of a multipart form, which may have the fields `beside` besides. An `encoding`
    is that of all files; without one it is recognised.

    Raises 415 for another content type, and one 422 that names every file and field that cannot be accepted.
    """
    if request.mimetype != "multipart/form-data":
        raise ServiceProblem("unsupported-media-type", "Send multipart/form-data with the files.")
    errors = [*_misnamed(request.files, "file", KINDS), *_misnamed(request.form, "field", (*OPTIONS, *beside))]
    files, encoding = [], _encoding(request)
    for kind in KINDS:
        upload = request.files.get(kind)
        if upload is None or not upload.filename:
            continue
        try:
            files.append(open_csv(kind, storable(upload.filename[:200]), upload.stream, encoding=encoding))
        except ServiceProblem as problem:
            errors.extend(problem.errors)
    if not files and not errors:
        errors.append({"pointer": "/clients", "code": "validation", "message": "Choose at least one file."})
    if errors:
        raise ServiceProblem("validation", "; ".join(f"{e['pointer']}: {e['message']}" for e in errors), errors)
    return files, _source(request), _allow_duplicate_email(request)


def _misnamed(given: MultiDict, what: str, known: tuple[str, ...]) -> list[dict]:
    """Errors of names that are unknown, or given twice."""
    unknown = [(name, "unknown-field", f"There is no such {what} in an import.") for name in given if name not in known]
    twice = [
        (name, "validation", "Given more than once.")
        for name in given
        if name in known and len(given.getlist(name)) > 1
    ]
    return [{"pointer": f"/{name}", "code": code, "message": message} for name, code, message in (*unknown, *twice)]


def _encoding(request: Request) -> str | None:
    given = request.form.get("encoding") or None
    if given and given not in ENCODINGS:
        raise field_problem("/encoding", f"Choose one of {', '.join(ENCODINGS)}.")
    return given


def _source(request: Request) -> str:
    source = request.form.get("source", "").strip() or "csv"
    if len(source) > SOURCE_LENGTH or not source.isprintable():
        raise field_problem("/source", f"A source is a word of at most {SOURCE_LENGTH} characters.")
    return source


def _allow_duplicate_email(request: Request) -> bool:
    given = request.form.get("allow_duplicate_email", "false")
    if given not in ("true", "false", ""):
        raise field_problem("/allow_duplicate_email", 'This is "true" or "false".')
    return given == "true"
