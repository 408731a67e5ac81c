-- Events that a vendor's API has been told to deliver to the address of a connection.
create table event_subscriptions (
  connection_id uuid not null references connections,
  -- the connector's event
  event text not null,
  -- the vendor's id of the subscription
  vendor_id text not null,
  -- how long the vendor waits for a later answer
  deadline_seconds int not null,
  made_at timestamptz not null default now(),
  made_by text not null,
  primary key (connection_id, event)
);

-- Answers that a vendor waits for: what asks, who is to answer, and what became of it.
create table awaited_answers (
  id uuid primary key,
  workspace_id uuid not null references workspaces,
  connection_id uuid not null references connections,
  event text not null,
  -- the vendor's id of the question; asked again, it is the same question
  question text not null,
  delivery_id uuid not null,
  -- the trigger that answers; null where no flow that is switched on does
  flow_id uuid,
  trigger_id text,
  mode text not null check (mode in ('sync', 'async', 'dynamic')),
  -- where a later answer goes
  callback text,
  -- what a later answer carries, bound to the row's id; gone once the answer was taken
  sealed text,
  fallback jsonb not null,
  asked_at timestamptz not null default now(),
  -- then the fallback is answered
  due_at timestamptz not null,
  -- then nobody waits any more
  until timestamptz not null,
  -- decided: the answer is fixed and is to be brought
  state text not null default 'waiting' check (state in ('waiting', 'decided', 'answered', 'failed')),
  answered_by text check (answered_by in ('flow', 'fallback')),
  output jsonb,
  -- why it is the fallback
  reason text,
  -- why it could not be brought
  problem text,
  attempts int not null default 0,
  next_at timestamptz not null,
  answered_at timestamptz,
  unique (connection_id, question)
);
create index awaited_answers_due on awaited_answers (next_at) where state in ('waiting', 'decided');
create index awaited_answers_delivery on awaited_answers (delivery_id);
create index awaited_answers_event on awaited_answers (connection_id, event, id desc);

-- What a vendor calls a delivery, for what it tells of it.
create index deliveries_external on deliveries (connection_id, external_id)
  where connection_id is not null and external_id is not null;
