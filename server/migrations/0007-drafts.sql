-- A draft can be run as it stands. Such a run is pinned, as any other, to a version that never changes: one with the
-- number 0, made of one revision of the draft and never listed. `variant` tells apart what was made of the same
-- revision: with pinned outputs, or for one step alone; '' is the draft as it is.
alter table versions add column revision int;
alter table versions add column variant text not null default '';
alter table versions drop constraint versions_flow_id_number_key;
create unique index versions_published on versions (flow_id, number) where number > 0;
create unique index versions_draft on versions (flow_id, revision, variant) where number = 0;

-- Outputs that stand in for steps while a draft is tried out. They belong to the draft alone: no version and no export
-- holds them.
create table pins (
  flow_id uuid not null references flows,
  step_id text not null,
  -- as it is shown, so never with a secret in it
  output json not null,
  port text not null,
  -- what the step did when it was pinned
  act text not null,
  -- the run that the output was taken from
  run_id uuid,
  pinned_at timestamptz not null default now(),
  pinned_by text not null,
  primary key (flow_id, step_id)
);
