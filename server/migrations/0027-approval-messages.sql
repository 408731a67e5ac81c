-- Approvals that are asked for in a chat too: where, and which standing of theirs its messages show.
alter table approvals
  add column ask jsonb,
  add column told text,
  add column tell_at timestamptz not null default now(),
  add column tell_attempts int not null default 0;

-- Whatever changes an approval makes it due to be told: nobody has to think of it.
create index approvals_to_tell on approvals (tell_at)
  where ask is not null
    and told is distinct from (status || ' ' || jsonb_array_length(decisions)::text || ' ' || cardinality(approvers)::text);

create table approval_messages (
  approval_id uuid not null references approvals on delete cascade,
  -- an e-mail address, or a channel
  recipient text not null,
  state text not null check (state in ('waiting', 'sending', 'sent', 'failed')),
  -- where the chat has the message
  place jsonb,
  -- the standing that the message shows
  told text,
  problem text,
  primary key (approval_id, recipient)
);

-- Answers from chats, until they are dealt with.
create table approval_answers (
  id uuid primary key,
  workspace_id uuid not null references workspaces,
  connection_id uuid not null references connections,
  answer jsonb not null,
  received_at timestamptz not null default now(),
  due_at timestamptz not null default now(),
  attempts int not null default 0
);
create index approval_answers_due on approval_answers (due_at);
