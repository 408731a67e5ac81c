-- Counters of failed sign-ins, in the shape that rate-limiter-flexible wants.
create table login_attempts (
  key varchar(255) primary key,
  points integer not null default 0,
  expire bigint
);
