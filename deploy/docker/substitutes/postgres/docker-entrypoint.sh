#!/bin/bash
# What docker-compose.yml relies on in the official image: the server runs as postgres, and the first start makes its data and runs
# the scripts of /docker-entrypoint-initdb.d on a server that nobody else reaches.
set -euo pipefail
[ "$1" = postgres ] || exec "$@"
if [ "$(id -u)" = 0 ]; then
    install -d -o postgres -g postgres -m 0700 "$PGDATA"
    install -d -o postgres -g postgres -m 3777 /run/postgresql
    exec setpriv --reuid=postgres --regid=postgres --clear-groups "$0" "$@"
fi
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    # shellcheck disable=SC2086
    initdb --username=postgres --pwfile=<(cat "$POSTGRES_PASSWORD_FILE") ${POSTGRES_INITDB_ARGS:-}
    pg_ctl --wait --options "$(printf '%q ' "${@:2}" -c listen_addresses= -p 5432)" start
    for script in /docker-entrypoint-initdb.d/*.sh; do
        PGUSER=postgres "$script"
    done
    pg_ctl --wait --mode fast stop
fi
exec "$@"
