"""`python -m gateway.composition.draw_invoice`: the process that draws one invoice, from JSON on its input to PDF on its
output, within limits that the kernel keeps."""

import json
import resource
import sys

CPU_SECONDS = 10
MEMORY = 768 * 1024 * 1024
TOO_LARGE = 3  # what it ends with when the memory does not suffice
LIMITS = {
    resource.RLIMIT_CPU: CPU_SECONDS,
    resource.RLIMIT_AS: MEMORY,
    resource.RLIMIT_FSIZE: 0,
    resource.RLIMIT_CORE: 0,
    resource.RLIMIT_NOFILE: 64,
}


def limit_process() -> None:
    """Set the limits of this process, for good."""
    for limit, most in LIMITS.items():
        resource.setrlimit(limit, (most, most))


def main() -> None:
    """Limit this process, then draw."""
    limit_process()
    try:
        from gateway.composition.invoice_pdf import invoice_pdf

        sys.stdout.buffer.write(invoice_pdf(**json.load(sys.stdin.buffer)))
    except MemoryError:
        sys.exit(TOO_LARGE)


if __name__ == "__main__":
    main()
