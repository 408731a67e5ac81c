-- What Castellan tells other systems: who wants to hear of what, the events, and what became of sending them.
create table event_subscribers (
  id uuid primary key,
  workspace_id uuid not null references workspaces,
  name text not null,
  -- of the catalogue in code, such as run.failed
  type text not null,
  url text not null,
  -- CEL over `event`; null: all of them
  filter text,
  -- JWE of { secret, previous? }, bound to the row's id
  sealed text,
  -- until then what is sent carries a signature by the secret before, too
  previous_until timestamptz,
  -- off: a person switched it off, and nothing is kept for it. stopped: it failed for long, and what it misses is kept
  state text not null default 'on' check (state in ('on', 'off', 'stopped', 'removed')),
  -- why it was stopped
  reason text,
  stopped_at timestamptz,
  -- since when no attempt has succeeded, and how many have failed since
  failing_since timestamptz,
  failures int not null default 0,
  last_sent_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index event_subscribers_list on event_subscribers (workspace_id, id) where state <> 'removed';
-- Asked whenever something happens that could be told: with nobody listening it is empty.
create index event_subscribers_heard on event_subscribers (workspace_id, type) where state in ('on', 'stopped');

-- Written in the transaction of what they tell, where somebody listens.
create table emitted_events (
  id uuid primary key,
  workspace_id uuid not null references workspaces,
  type text not null,
  data jsonb not null,
  -- how many runs stand above one that this event would start
  depth int not null default 0,
  -- a person tries a subscription: nothing has happened
  test boolean not null default false,
  at timestamptz not null default now()
);
create index emitted_events_at on emitted_events (at);

-- One event for one subscription. No foreign keys: what happens is never held up by what is to be told of it.
create table event_sendings (
  id uuid primary key default gen_random_uuid(),
  seq bigint generated always as identity,
  event_id uuid not null,
  subscription_id uuid not null,
  state text not null default 'waiting' check (state in ('waiting', 'sent', 'failed', 'filtered', 'skipped')),
  -- when it is tried next; moved on by the length of a lease when a server takes it
  due_at timestamptz not null default now(),
  -- raised by each server that takes it: only the last one says what came of it
  claim int not null default 0,
  -- attempts since it was made, or since a person had it sent again
  tries int not null default 0,
  -- a person asked for it, so the filter does not count
  insists boolean not null default false,
  -- the last ones: [{ at, milliseconds, status, said, problem }]
  attempts jsonb not null default '[]',
  settled_at timestamptz,
  created_at timestamptz not null default now()
);
create index event_sendings_due on event_sendings (subscription_id, due_at) where state = 'waiting';
create index event_sendings_log on event_sendings (subscription_id, seq desc);
create index event_sendings_failed on event_sendings (subscription_id, settled_at) where state = 'failed';
create index event_sendings_event on event_sendings (event_id);
create index event_sendings_at on event_sendings (created_at);

-- The end of a connection that was told last: each is told once.
create table told_connection_ends (
  connection_id uuid primary key references connections,
  ends_at timestamptz not null
);
