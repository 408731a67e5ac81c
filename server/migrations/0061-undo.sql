-- Undo of a run: what its writes, those of its retries and of the runs that they called left behind, and how it is taken back.
alter table effects
  -- whether what there was before is known: nothing at all may have been there
  add column before_read boolean not null default false,
  -- the run that took it back
  add column undone_by uuid;
update effects set before_read = true where before is not null;

-- A plan that takes back what a chain of retries did: its first run.
alter table plans add column undoes_root_id uuid;
create index plans_undoes on plans (undoes_root_id, id) where undoes_root_id is not null;

-- Each write of the run that is to be undone, and what becomes of it.
create table undo_writes (
  plan_id uuid not null references plans on delete cascade,
  -- from 1, the last write first
  n int not null,
  root_id uuid not null,
  effect_key text not null,
  -- the version that was made for the undo, with the step and its item; null where there is nothing to call
  version_id uuid not null,
  step_id text,
  item int,
  -- what was done: its run, that run's flow, and the step
  done_run_id uuid not null,
  flow_name text not null,
  title text not null,
  connection_id uuid,
  operation text not null,
  changes jsonb not null,
  -- open | restored | moved | unclear | left | no_way | unknown; null until it was looked at
  state text,
  -- a sentence, where the state alone does not say it
  why text,
  -- people want it taken back although somebody has changed it since
  chosen boolean not null default false,
  -- a later write of the same thing, which is taken back before it
  behind int,
  -- masked, for people; null where they are very long
  before jsonb,
  now jsonb,
  -- of what there was when it was looked at; null where nothing can be read, or a later write of the run stands before it
  now_hash text,
  primary key (plan_id, n)
);
create unique index undo_writes_item on undo_writes (version_id, step_id, item) where step_id is not null;
