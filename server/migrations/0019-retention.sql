-- How long ended runs are kept, in days: as the published version of their flow has it, else as the workspace has it.
-- Null in both: for ever.
alter table flows add column retention_days int;
alter table workspaces add column retention_days int;

-- Somebody had the data of the run removed; the run itself stays.
alter table runs add column cleared_at timestamptz;
alter table runs add column cleared_by text;
alter table deliveries add column cleared_at timestamptz;

-- Deliveries that found a run that was there already go with that run.
create index intake_duplicates on intake (run_id) where status = 'duplicate';
-- Deliveries that started nothing, and so go with no run.
create index deliveries_loose on deliveries (workspace_id, id)
  where status in ('refused', 'filtered', 'unmatched', 'skipped', 'missed');

-- What a flow's ended runs hold: a run is counted once, some minutes after its end, and taken off when it is removed.
create table flow_sizes (
  flow_id uuid primary key references flows,
  runs bigint not null default 0,
  bytes bigint not null default 0,
  -- runs removed because they were past their time
  removed bigint not null default 0,
  removed_at timestamptz
);
-- One row: runs up to this id are counted, but for those in `uncounted_runs`, which had not ended then.
create table counted_runs (
  one boolean primary key default true check (one),
  up_to uuid not null
);
insert into counted_runs (up_to) values ('00000000-0000-0000-0000-000000000000');
create table uncounted_runs (
  run_id uuid primary key
);
