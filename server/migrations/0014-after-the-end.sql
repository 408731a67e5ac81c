-- How a run is going to end, from when it is known: calls under way finish, and what the run did may be taken back,
-- before it has ended. `ending_seq` is the place of that moment among the changes of its steps.
alter table runs add column ending jsonb;
alter table runs add column ending_seq bigint;

-- When what this effect did was taken back.
alter table effects add column undone_at timestamptz;
