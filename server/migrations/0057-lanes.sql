-- Flows that name one lane take turns together. Such a run gives its turn back while it only waits for a time, and
-- queues again when its time has come; until then a run of another flow may supersede it.

-- The lane, by its name, in which the run takes its turn.
alter table runs add column order_lane text;
create index runs_superseded on runs (superseded_by) where superseded_by is not null;

-- The workspace and the name of its lane; null: only the flow's own runs count.
alter table turns add column lane text;
-- Among which runs its key counts.
alter table turns add column scope text not null generated always as (coalesce(lane, flow_id::text)) stored;
-- What its flow goes by in the lane, and the names of those whose runs it supersedes that have not begun or only wait.
alter table turns add column lane_as text;
alter table turns add column replaces text[] not null default '{}';
-- Its steps whose time has come while it has no turn: places, as step and iteration.
alter table turns add column woken jsonb not null default '[]';
-- New states. leaves: it has given its turn back, which is to be passed on. away: that has been done; it only waits

drop index turns_due;
create index turns_due on turns (place) where state in ('new', 'done', 'leaves');
drop index turns_first;
create unique index turns_first on turns (scope, order_key) where state in ('slot', 'go');
drop index turns_key;
create index turns_key on turns (scope, order_key, place);
