-- The two roles and the database of one service. psql variables: service, owner_password, app_password.
-- Run as an administrator; running it again only renews the passwords.
--   <service>_owner  owns the database and migrates it
--   <service>_app    runs the service: what migrations grant, and nothing of another service
\set owner :service _owner
\set app :service _app

SELECT format('CREATE ROLE %I LOGIN', :'owner') WHERE to_regrole(:'owner') IS NULL \gexec
SELECT format('CREATE ROLE %I LOGIN', :'app') WHERE to_regrole(:'app') IS NULL \gexec
ALTER ROLE :"owner" PASSWORD :'owner_password';
ALTER ROLE :"app" PASSWORD :'app_password';

-- An administrator who is no superuser acts for a role only as its member.
SELECT format('GRANT %I TO CURRENT_USER', :'owner')
WHERE NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) \gexec

SELECT format('CREATE DATABASE %I', :'service')
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'service') \gexec
ALTER DATABASE :"service" OWNER TO :"owner";
REVOKE ALL ON DATABASE :"service" FROM PUBLIC;
GRANT CONNECT ON DATABASE :"service" TO :"owner", :"app";

-- A request that hangs in the database must not outlive its caller.
ALTER ROLE :"app" SET statement_timeout = '5s';
ALTER ROLE :"app" SET lock_timeout = '2s';
ALTER ROLE :"app" SET idle_in_transaction_session_timeout = '10s';

\connect :service
SET ROLE :"owner";
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO :"app";
RESET ROLE;
