-- How far the events of a connection are compared with what was delivered of them, and what was found missing.
create table sweeps (
  connection_id uuid not null references connections,
  event text not null,
  -- people can switch it off
  enabled boolean not null default true,
  -- the place in the system's list; null: it begins at swept_to
  cursor jsonb,
  -- all that happened before is compared
  swept_to timestamptz not null default now(),
  due_at timestamptz not null default now(),
  -- the sweep under way: whoever else holds it no longer may write
  lease text,
  lease_until timestamptz,
  -- the last sweep that ended well
  swept_at timestamptz,
  -- events that no delivery told, and when the last of them was found
  lost int not null default 0,
  last_lost_at timestamptz,
  failures int not null default 0,
  failing_since timestamptz,
  -- { code, message }
  error jsonb,
  primary key (connection_id, event)
);
create index sweeps_due on sweeps (due_at);

-- Events of connections that are swept, by the vendor's ids, which a delivery or a sweep has told.
create table told_events (
  connection_id uuid not null,
  event text not null,
  event_id text not null,
  told_at timestamptz not null default now(),
  primary key (connection_id, event, event_id)
);
create index told_events_old on told_events (connection_id, event, told_at);

-- It was not delivered: a sweep found it.
alter table deliveries add column swept boolean not null default false;
