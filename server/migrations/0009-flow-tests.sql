-- Rehearsals: test cases of flows, and drafts tried on past runs. Neither calls anything or makes a run.

create table flow_tests (
  id uuid primary key,
  workspace_id uuid not null references workspaces,
  flow_id uuid not null references flows,
  name text not null,
  -- the case as it stands in a flow's file: trigger, answers, expectations; json keeps the order in which it was written
  test json not null,
  -- the run that it was made of
  run_id uuid,
  -- what came of it last: { passed, failures, revision, at }
  last_result jsonb,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  updated_by text not null,
  unique (flow_id, name)
);

create table shadows (
  id uuid primary key,
  workspace_id uuid not null references workspaces,
  flow_id uuid not null references flows,
  -- number of the published version; null for the draft, whose revision it was
  version int,
  revision int,
  -- the flow as it was then, so that one run can be looked at again
  flow json not null,
  status text not null default 'running',
  error text,
  total int not null,
  done int not null default 0,
  sentence text not null default '',
  created_at timestamptz not null default now(),
  created_by text not null,
  -- written each few seconds while it is under way
  touched_at timestamptz not null default now(),
  ended_at timestamptz
);
create index shadows_flow on shadows (flow_id, id desc);

create table shadow_runs (
  shadow_id uuid not null references shadows on delete cascade,
  -- newest run first
  place int not null,
  run_id uuid not null,
  verdict text not null,
  -- what the list shows of it, without values
  report jsonb not null,
  primary key (shadow_id, place)
);
