-- Run once by psql as the server's superuser, on an empty server: the three roles and the database that migrations/ expects.
-- Passwords come from the environment, so none is written down here.
\set ON_ERROR_STOP on
\getenv owner MAKEGOOD_OWNER_PASSWORD
\getenv app MAKEGOOD_APP_PASSWORD
\getenv eraser MAKEGOOD_ERASER_PASSWORD
CREATE ROLE makegood_owner LOGIN PASSWORD :'owner';
CREATE ROLE makegood_app LOGIN PASSWORD :'app';
CREATE ROLE makegood_eraser LOGIN PASSWORD :'eraser';
CREATE DATABASE makegood OWNER makegood_owner;
