-- How far a trigger has read the events of a system that does not deliver them, and how its polls go.
create table polls (
  trigger_row uuid primary key references triggers,
  -- what the cursor is a place in
  connection_id uuid not null references connections,
  event text not null,
  cursor jsonb not null,
  -- the start of the trigger (its `since`) for which it was begun
  begun_for timestamptz not null,
  -- what happened before starts nothing
  told_from timestamptz not null,
  -- how often somebody had it start again: an event counts once in each round
  round int not null default 0,
  -- the poll under way: whoever else holds it no longer may write
  lease text,
  lease_until timestamptz,
  -- to be read then, apart from the clock: somebody asked, more waits, or the last poll failed, and until then the clock
  -- is not heeded
  due_at timestamptz,
  -- the last poll that ended well, and how many events that were new it found
  polled_at timestamptz,
  found int,
  failures int not null default 0,
  failing_since timestamptz,
  -- { code, message }
  error jsonb
);
create index polls_due on polls (due_at) where due_at is not null;
create index deliveries_polled on deliveries (trigger_row, received_at) where event is not null;
