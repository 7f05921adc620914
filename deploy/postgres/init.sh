#!/bin/sh
# First start of the database container: two roles and a database for each service, and nothing open to everybody.
set -eu
psql --no-psqlrc --quiet --username postgres --dbname postgres --set ON_ERROR_STOP=1 --file /commerce/cluster.sql
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
