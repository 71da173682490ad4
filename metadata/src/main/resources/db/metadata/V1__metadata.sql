-- The order of structural transactions: the one row is incremented at the very end of each, so that
-- numbers are in the order of commits.
create table metadata_changes (
  id bigint primary key,
  number bigint not null
);

insert into metadata_changes (id, number) values (1, 0);

-- The change log. A row elsewhere carries the id of the transaction that made it, for the number is
-- known only when that transaction ends; joined with this, rows are in commit order.
create table metadata_transactions (
  id ${text} primary key,
  number bigint not null unique
);

-- State that changes by itself: whoever holds a duty writes under its epoch.
create table metadata_duties (
  name ${text} primary key,
  holder ${text} not null,
  -- The process of the holder as others see it; 0 where they cannot.
  process bigint not null default 0,
  epoch bigint not null,
  lease_until bigint not null
);
