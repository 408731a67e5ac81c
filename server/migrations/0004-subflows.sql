-- A run may be started by a step of another run, its parent. A step's row names the run that it started: the row is
-- unique, so a step that is repeated finds that run instead of starting a second one.
alter table runs add column parent_run_id uuid;
alter table runs add column parent_step text;
alter table runs add column parent_iteration text;
-- Whether the parent's step waits for the end of this run.
alter table runs add column parent_waits boolean not null default false;
-- How many runs stand above this one.
alter table runs add column depth int not null default 0;
create index runs_parent on runs (parent_run_id) where parent_run_id is not null;

alter table steps add column child_run_id uuid;
