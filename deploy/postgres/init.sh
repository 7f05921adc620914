#!/bin/sh
# First start of the database container: two roles and a database for each service.
set -eu
for service in clients billing support audit; do
    upper=$(echo "$service" | tr '[:lower:]' '[:upper:]')
    psql --no-psqlrc --quiet --username postgres --dbname postgres --file - <<SQL
\\set ON_ERROR_STOP on
\\set service $service
\\set owner_password $(printenv "${upper}_OWNER_PASSWORD")
\\set app_password $(printenv "${upper}_APP_PASSWORD")
\\i /commerce/service.sql
SQL
done
