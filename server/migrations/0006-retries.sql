-- Retries: a run that goes on with the work of an earlier one.
alter table runs
  -- the run that it does again; root_id is the first of the chain
  add column retry_of uuid,
  -- from where, on which version, and what a person wanted done again: { place, version, again: [effect keys] }
  add column retry jsonb,
  -- rows of steps stood there before it began, so that its host reads them first
  add column prepared boolean not null default false;

alter table steps
  -- the run that really did this step; null where this one did
  add column kept_from uuid,
  -- the write's row in the ledger
  add column effect_key text,
  -- attempts that failed: [{ at, code, message, status?, next? }], the first and the latest ones
  add column tries jsonb;

-- A decision that was taken over from an earlier run of the chain.
alter table approvals add column kept_from uuid;

create index effects_chain on effects (root_id, step_id, item, generation);

-- One choice of a person for many runs: retry or cancel them. Its runs are fixed when it is made.
create table bulk_actions (
  id uuid primary key,
  workspace_id uuid not null references workspaces,
  action text not null,
  -- what was chosen: { filter | ids, place, version }
  wish jsonb not null,
  -- who chose it, with what they may do
  actor jsonb not null,
  total int not null,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  stopped_by text
);
create index bulk_actions_list on bulk_actions (workspace_id, id desc);
create index bulk_actions_open on bulk_actions (id) where ended_at is null;

create table bulk_runs (
  bulk_id uuid not null references bulk_actions on delete cascade,
  run_id uuid not null,
  -- waiting, done, or refused with the reason
  state text not null default 'waiting',
  -- of a retry: the run that was made
  made_run_id uuid,
  reason text,
  primary key (bulk_id, run_id)
);
create index bulk_runs_waiting on bulk_runs (bulk_id, run_id) where state = 'waiting';
