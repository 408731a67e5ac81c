-- People, accounts and groups of addresses that no flow changes by itself.
create table protected_identities (
  id uuid primary key,
  workspace_id uuid not null references workspaces,
  name text not null,
  -- e-mail addresses as they were written, aliases included
  addresses text[] not null default '{}',
  -- groups of addresses, with * for any characters
  patterns text[] not null default '{}',
  -- [{ connector, id }]: how systems name them
  ids jsonb not null default '[]',
  reason text not null,
  -- nobody lets a change of these through
  break_glass boolean not null default false,
  added_by text not null,
  added_at timestamptz not null default now(),
  removed_at timestamptz
);
create index protected_identities_list on protected_identities (workspace_id, id) where removed_at is null;

-- Who asked for a run: whoever started it by hand, tested or retried it; null where nobody did.
alter table runs add column started_by text;

-- An approval is a step of a flow, or it lets through calls that the workspace holds back: those have step ''.
alter table approvals
  add column kind text not null default 'step' check (kind in ('step', 'protected', 'budget')),
  -- who started the run, the runs that called it, or the first of its chain of retries
  add column started_by text[] not null default '{}';

-- Calls that wait for an approval before they are sent, each as it would be sent.
create table held_calls (
  approval_id uuid not null references approvals on delete cascade,
  run_id uuid not null,
  step_id text not null,
  iteration text not null,
  -- as the ledger would name the effect
  effect_key text not null,
  input text not null,
  input_hash text not null,
  -- [{ action, subject?, object? }]
  changes jsonb not null,
  held_at timestamptz not null default now(),
  primary key (approval_id, effect_key)
);
create index held_calls_run on held_calls (run_id, step_id, iteration);
