-- Which decisions of an approval have to say why.
alter table approvals
  add column comment_on text not null default 'reject' check (comment_on in ('none', 'reject', 'both'));

-- Who was asked and has not decided is reminded: every so often, so many times.
alter table approvals
  add column remind jsonb,
  add column remind_at timestamptz,
  -- how many times they have been reminded
  add column reminded int not null default 0;
create index approvals_to_remind on approvals (remind_at) where remind_at is not null and status = 'open';

-- Reminders that are under way or were sent, the first of an approval with number 1.
create table approval_reminders (
  approval_id uuid not null references approvals on delete cascade,
  -- an e-mail address, or a channel
  recipient text not null,
  number int not null,
  sent_at timestamptz,
  problem text,
  primary key (approval_id, recipient, number)
);
