-- What flows of a workspace may take away before people are asked: { eachFlow, together, population }.
create table workspace_budgets (
  workspace_id uuid primary key references workspaces,
  budgets jsonb not null
);

-- Each destructive effect once, from before it is sent: its key in the ledger.
create table budget_uses (
  effect_key text primary key,
  workspace_id uuid not null references workspaces,
  -- of the run and of those that called it: their flows, and the first runs of their chains of retries
  flow_ids uuid[] not null,
  root_ids uuid[] not null,
  -- so many changes
  amount int not null,
  -- whom they are about, in one spelling each
  people text[] not null,
  used_at timestamptz not null default now()
);
create index budget_uses_window on budget_uses (workspace_id, used_at);
create index budget_uses_roots on budget_uses using gin (root_ids);
