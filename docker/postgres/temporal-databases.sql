-- Run by Postgres once, when its data folder is made; Castellan's own database is made by POSTGRES_DB.
create database temporal;
create database temporal_visibility;
