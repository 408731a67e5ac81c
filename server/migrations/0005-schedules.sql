-- Since when the trigger is on with its present settings: what its clock missed before that is not made good.
alter table triggers add column since timestamptz not null default now();

alter table deliveries
  -- nominal time of a schedule's fire
  add column scheduled_at timestamptz,
  -- which event of the connection, where it was not told by a delivery to its address
  add column event text,
  -- names what comes only once, however often it is brought: a fire, an event that was read
  add column arrival_key text;
create unique index deliveries_arrival on deliveries (arrival_key) where arrival_key is not null;
create index deliveries_fires on deliveries (trigger_row, scheduled_at desc) where scheduled_at is not null;
create index deliveries_waiting on deliveries (trigger_row) where status = 'waiting';
create index runs_unfinished on runs (flow_id, trigger_id) where ended_at is null;
