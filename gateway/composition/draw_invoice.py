"""`python -m gateway.composition.draw_invoice`: the process that draws one invoice, from JSON on its input to PDF on its
output."""

import json
import sys

from gateway.composition.drawing_limits import TOO_LARGE, limit_process
from gateway.composition.invoice_pdf import invoice_pdf


def main() -> None:
    """Limit this process, then draw."""
    limit_process()
    try:
        sys.stdout.buffer.write(invoice_pdf(**json.load(sys.stdin.buffer)))
    except MemoryError:
        sys.exit(TOO_LARGE)


if __name__ == "__main__":
    main()
