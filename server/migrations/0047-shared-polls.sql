-- Triggers of one event that have come to the same place in it are read for by one of them: what it reads, all of them get.
alter table polls add column rides_with uuid references polls (trigger_row);
-- when the last poll that ended well began, and when one moved the place last
alter table polls add column began_at timestamptz;
alter table polls add column moved_at timestamptz;
create index polls_riders on polls (rides_with) where rides_with is not null;
