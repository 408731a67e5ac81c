-- Approvals that are bound to what they allow: the rest of the run is planned when one opens, people see the rows, and
-- once it is approved each write that it covers has to be one of them.
alter table approvals
  add column binds boolean not null default false,
  add column plan_id uuid,
  -- of the plan, once people see it
  add column plan_hash text,
  -- why there is none
  add column plan_problem text;
create index approvals_to_plan on approvals (created_at)
  where binds and status = 'open' and plan_hash is null and plan_problem is null;
