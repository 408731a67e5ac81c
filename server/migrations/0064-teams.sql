-- Teams: groups that live here, and the groups of systems to which they are written.
create table teams (
  id uuid primary key,
  workspace_id uuid not null references workspaces,
  name text not null,
  description text not null default '',
  -- CEL over person and payload; null: members are named by hand
  rule text,
  -- the rule is to be evaluated; null: not
  rule_due_at timestamptz,
  -- why it could not be evaluated the last time
  rule_error text,
  -- people on whom it failed: they stay what they were
  rule_failures int not null default 0,
  rule_evaluated_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  removed_at timestamptz
);
create unique index teams_name on teams (workspace_id, lower(name)) where removed_at is null;
create index teams_rule_due on teams (rule_due_at) where removed_at is null and rule is not null;

-- One row for each time that somebody was in a team.
create table team_members (
  id uuid primary key default gen_random_uuid(),
  seq bigint generated always as identity unique,
  workspace_id uuid not null references workspaces,
  team_id uuid not null references teams,
  -- of the person, in lower case
  email text not null,
  -- who said so; null: the rule
  added_by text,
  added_at timestamptz not null default now(),
  removed_by text,
  removed_at timestamptz
);
create unique index team_members_present on team_members (team_id, email) where removed_at is null;
create index team_members_list on team_members (team_id, seq);
create index team_members_person on team_members (workspace_id, email);

-- What is done with a group of a system. A group without a row is pulled.
create table directory_resources (
  id uuid primary key,
  workspace_id uuid not null references workspaces,
  integration_id uuid not null references integrations,
  -- null: it is to be made
  group_id uuid unique references directory_groups,
  team_id uuid references teams,
  mode text not null default 'pull' check (mode in ('pull', 'push', 'paused')),
  -- what the last push that wanted to make it, or to write to it, could not do
  problem text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  check (mode <> 'push' or team_id is not null),
  check (group_id is not null or team_id is not null)
);
create index directory_resources_team on directory_resources (team_id) where team_id is not null;
create index directory_resources_integration on directory_resources (integration_id);
create unique index directory_resources_new on directory_resources (team_id, integration_id) where group_id is null;

alter table integrations
  -- a resource is made for each new team
  add column create_for_teams boolean not null default false,
  -- as the connector's schema of a push says
  add column push_settings jsonb not null default '{}',
  -- the flow whose runs are the pushes
  add column push_flow_id uuid references flows,
  -- teams are to be compared with what was read; null: not
  add column push_due_at timestamptz,
  -- the first of the pushes that the next one goes on from: what they took is left until something changes
  add column push_goes_on_from uuid,
  -- why no push can begin
  add column push_problem text;
create index integrations_push_due on integrations (push_due_at) where removed_at is null;

-- Each push: a run of the integration's flow.
create table team_pushes (
  id uuid primary key,
  workspace_id uuid not null references workspaces,
  integration_id uuid not null references integrations,
  run_id uuid not null unique,
  -- what was to be done
  creates int not null,
  adds int not null,
  removes int not null,
  -- what the ledger says was done; null until the run has ended
  done jsonb,
  created_at timestamptz not null default now(),
  ended_at timestamptz
);
create index team_pushes_list on team_pushes (integration_id, id desc);
create unique index team_pushes_open on team_pushes (integration_id) where ended_at is null;

-- What a push is to do, and what became of each of it.
create table team_push_items (
  push_id uuid not null references team_pushes on delete cascade,
  -- by which the ledger knows it
  key text not null,
  resource_id uuid not null,
  team_id uuid not null,
  action text not null check (action in ('create', 'add', 'remove')),
  group_id uuid,
  account_id uuid,
  -- its place among those of the action, from 0
  n int not null,
  -- done | failed; null until the run has ended
  outcome text,
  why text,
  primary key (push_id, key)
);
create index team_push_items_resource on team_push_items (resource_id, push_id);
