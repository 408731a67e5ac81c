-- How many calls runs may make by a connection, whichever process they are in: at once, and in a second. Null: no limit.
alter table connections add column calls_at_once int;
alter table connections add column calls_per_second float8;

-- What all processes share of a connection's calls.
create table call_gates (
  connection_id uuid primary key,
  -- the system asked for a pause until then
  closed_until timestamptz,
  -- by the limit of calls in a second: when the next one may go, and the first time that was not given to one yet
  earliest_at timestamptz,
  next_at timestamptz,
  -- how long a call takes, lately
  typical_ms float8 not null default 500
);

-- Calls under way, and those that wait for a slot, of connections that limit their calls.
create table call_places (
  place bigint primary key default nextval('change_seq'),
  connection_id uuid not null,
  run_id uuid not null,
  step_id text not null,
  iteration text not null,
  under_way boolean not null,
  -- the attempt that has the place; another process that asks for the same call finds it taken
  holder uuid not null,
  -- under way: its process shows a sign of life before then. waiting: it comes again at about then
  until timestamptz not null,
  -- its time by the limit of calls in a second, once it has one
  reserved_at timestamptz,
  unique (connection_id, run_id, step_id, iteration)
);
create index call_places_line on call_places (connection_id, place) where not under_way;
create index call_places_under_way on call_places (connection_id) where under_way;
create index call_places_holder on call_places (holder);
