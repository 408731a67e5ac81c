-- Steps that wait for a delivery, so that one that arrives finds them by an index.
create table waits (
  run_id uuid not null,
  step_id text not null,
  iteration text not null default '',
  workspace_id uuid not null references workspaces,
  -- where it listens: a connection, or a flow with its own webhooks
  listener uuid not null,
  -- the event there, or the id of the webhook trigger
  event text not null,
  -- JSON pointer into the delivery, and the hash of what must stand there
  pointer text not null,
  value_hash text not null,
  opened_at timestamptz not null default now(),
  closed_at timestamptz,
  -- what ended it, and the vendor's own id of that
  delivery_id uuid,
  event_key text,
  primary key (run_id, step_id, iteration)
);
create index waits_open on waits (listener, event, pointer, value_hash) where closed_at is null;
create index waits_delivery on waits (delivery_id) where delivery_id is not null;

-- What waiting runs were given of a delivery: their steps' outputs, by the number of the event.
alter table deliveries add column events jsonb;

-- Who is asked next and when: [{ at, approvers, added }], where `added` says that it has happened.
alter table approvals add column escalations jsonb not null default '[]';

-- When the run must have ended; nobody's call goes on after it.
alter table runs add column deadline timestamptz;
