-- The rules that flows of a workspace are held against when they are published.
create table publish_policies (
  workspace_id uuid primary key references workspaces,
  rules jsonb not null
);

-- Flows that need not keep to one of them.
create table policy_exceptions (
  workspace_id uuid not null references workspaces,
  flow_id uuid not null references flows,
  rule text not null,
  reason text not null,
  given_by text not null,
  given_at timestamptz not null default now(),
  primary key (flow_id, rule)
);
create index policy_exceptions_workspace on policy_exceptions (workspace_id);
