"""Documents to keep, as the page and the API hand them out."""

from werkzeug.wrappers import Response

from chassis import green
from chassis.errors import ServiceProblem
from gateway.invoice_pdf import file_name, invoice_pdf
from gateway.query import parameters
from gateway.turn import Turn


def invoice_download(turn: Turn, client_id: str, invoice_id: str) -> Response:
    """An invoice's PDF as an attachment. It is drawn in a thread of its own: other requests go on meanwhile."""
    parameters(turn.request)
    client = turn.open_client(client_id)
    answers = turn.gather(invoice=("billing.get_invoice", {"client_id": client["id"], "invoice_id": invoice_id}),
                          account=("billing.get_billing", {"client_id": client["id"]}))
    for answer in answers.values():
        if isinstance(answer, ServiceProblem):
            raise answer
    body = green.run_blocking(invoice_pdf, answers["invoice"], client, answers["account"])
    return Response(body, mimetype="application/pdf", headers={
        "Content-Disposition": f'attachment; filename="{file_name(answers["invoice"])}"'})
