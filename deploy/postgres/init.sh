#!/bin/sh
# First start of the database container: two roles and a database for each service, and nothing open to everybody.
set -eu
psql --no-psqlrc --quiet --username postgres --dbname postgres --set ON_ERROR_STOP=1 --file /commerce/cluster.sql
for service in clients billing support audit webhooks; do
    psql --no-psqlrc --quiet --username postgres --dbname postgres --file - <<SQL
\\set ON_ERROR_STOP on
\\set service $service
\\set owner_password $(cat "/run/secrets/${service}_owner_password")
\\set app_password $(cat "/run/secrets/${service}_app_password")
\\i /commerce/service.sql
SQL
done
