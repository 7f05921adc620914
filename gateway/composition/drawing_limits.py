"""Limits of the process that draws a document, kept by the kernel."""

import resource

CPU_SECONDS = 10
MEMORY = 768 * 1024 * 1024
TOO_LARGE = 3  # what the process ends with when the memory does not suffice
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
