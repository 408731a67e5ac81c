-- Signatures that were taken at an address: each makes runs once, whoever sends it again.
create table used_signatures (
  address text not null,
  -- sha256, hex
  signature text not null,
  delivery_id uuid not null,
  until timestamptz not null,
  primary key (address, signature)
);
create index used_signatures_until on used_signatures (until);

-- the network address that it came from
alter table deliveries add column source text;
-- the delivery that somebody had delivered again
alter table deliveries add column again_of uuid;
create index deliveries_again on deliveries (again_of) where again_of is not null;
-- taken in later, by the limit of its trigger
create index deliveries_queued on deliveries (trigger_row, place) where status = 'queued';

-- How much a trigger with a limit took in the window that runs now.
create table hook_windows (
  trigger_row uuid primary key references triggers,
  began_at timestamptz not null,
  taken int not null
);

-- Who waits for the next delivery, to have it as the sample of a trigger.
create table listeners (
  flow_id uuid not null references flows,
  trigger_id text not null,
  workspace_id uuid not null references workspaces,
  -- of a webhook: its address, which it keeps when the flow is published
  path text unique,
  -- of an event: where it is heard
  connection_id uuid,
  event text,
  -- how the draft knows a webhook's sender: { methods, scheme, connection, allowFrom }
  sender jsonb not null,
  -- null once it has caught something or was stopped
  until timestamptz,
  -- { at, sample }
  caught jsonb,
  -- { at, reason } of the last delivery that was not let in
  refused jsonb,
  primary key (flow_id, trigger_id)
);
create index listeners_connection on listeners (connection_id, event) where connection_id is not null;
