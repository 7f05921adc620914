# Aliases of ./dev, for fingers that type make.
.PHONY: help up down status logs reset test doctor lint lock

help:
	@./dev

up down status logs reset test doctor:
	@./dev $@

lint:
	.local/venv/bin/ruff check .
	.local/venv/bin/ruff format --check .
	.local/venv/bin/djangofmt --check gateway/templates
	.local/venv/bin/lint-imports

lock:
	for folder in . tools/bench/django_admin tests/support/generated_clients; do \
	    (cd $$folder && uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	        --no-emit-find-links --no-annotate --quiet --custom-compile-command "make lock" requirements.in \
	        -o requirements.lock) || exit 1; \
	done
