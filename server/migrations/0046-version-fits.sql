-- What of a published version does not fit the connectors that there are now, looked at once for each state of them.
create table version_fits (
  version_id uuid primary key references versions on delete cascade,
  -- the release and the connectors that came with it, as a hash
  catalog text not null,
  -- the connectors that the workspace imported, as a hash
  imports text not null,
  problems jsonb not null,
  looked_at timestamptz not null default now()
);
