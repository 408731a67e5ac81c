-- Access plans: what a flow would change, noted by a run of mode plan, and what the run that carries it out took of it.
create table plans (
  id uuid primary key,
  workspace_id uuid not null references workspaces,
  flow_id uuid not null references flows,
  version_id uuid not null,
  -- the run of mode plan; the runs that it starts note their writes in the same plan
  run_id uuid not null unique,
  -- of the rest of a run: that run, and the approval with which the rest begins
  bound_run_id uuid,
  step_id text,
  iteration text,
  -- the steps whose writes are noted; null: all
  covers text[],
  -- outputs that people pinned, by step: they stand in for what writes would answer
  pins jsonb not null default '{}',
  made_at timestamptz not null default now(),
  made_by text not null,
  expires_at timestamptz not null,
  -- written once, when its runs have ended: from then on the plan does not change
  hash text,
  -- by action
  counts jsonb,
  -- since when the run that it is bound to has to keep to it
  binding_since timestamptz,
  applied_run_id uuid,
  applied_at timestamptz,
  applied_by text
);
create index plans_flow on plans (flow_id, id);
create index plans_applied on plans (applied_run_id) where applied_run_id is not null;
create index plans_bound on plans (bound_run_id) where bound_run_id is not null;

-- One planned call of a write. A run that carries the plan out takes each at most once.
create table plan_writes (
  plan_id uuid not null references plans on delete cascade,
  run_id uuid not null,
  step_id text not null,
  iteration text not null,
  version_id uuid not null,
  title text not null,
  connection_id uuid,
  operation text not null,
  -- as it would be sent, sealed
  input text not null,
  -- the same, masked, for people; null where it is very long
  shown jsonb,
  input_hash text not null,
  -- pointers into the input of what is known only when the plan is carried out
  open text[] not null default '{}',
  changes jsonb not null,
  -- what there was, masked; null where the operation reads nothing, or it is very long
  before jsonb,
  before_hash text,
  -- the effect that took it: its key, the run, and when
  taken_key text,
  taken_run_id uuid,
  taken_at timestamptz,
  primary key (plan_id, run_id, step_id, iteration)
);
create index plan_writes_untaken on plan_writes (plan_id, operation) where taken_key is null;

-- The changes of a plan, as its hash was made of them, in their order.
create table plan_rows (
  plan_id uuid not null references plans on delete cascade,
  n int not null,
  run_id uuid not null,
  step_id text not null,
  iteration text not null,
  action text not null,
  subject jsonb,
  object jsonb,
  primary key (plan_id, n)
);

-- The plan that a run makes, or that it has to keep to.
alter table runs add column plan_id uuid;
create index runs_plan on runs (plan_id) where plan_id is not null;
