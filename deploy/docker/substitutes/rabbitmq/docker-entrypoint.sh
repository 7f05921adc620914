#!/bin/bash
# What docker-compose.yml relies on in the official image: the broker runs as rabbitmq, who owns its data.
set -euo pipefail
if [ "$(id -u)" = 0 ] && [ "$1" = rabbitmq-server ]; then
    find /var/lib/rabbitmq \! -user rabbitmq -exec chown rabbitmq '{}' +
    exec setpriv --reuid=rabbitmq --regid=rabbitmq --clear-groups "$0" "$@"
fi
exec "$@"
