-- The order of structural transactions: the one row is incremented as the last statement of each.
create table metadata_changes (
  id bigint primary key,
  number bigint not null
);

insert into metadata_changes (id, number) values (1, 0);

-- State that changes by itself: whoever holds a duty writes under its epoch.
create table metadata_duties (
  name text primary key,
  holder text not null,
  epoch bigint not null,
  lease_until bigint not null
);
