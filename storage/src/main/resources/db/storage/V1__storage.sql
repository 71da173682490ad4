-- What the store was made with; one row.
create table storage_descriptor (
  id bigint primary key,
  format bigint not null,
  chunk_minimum bigint not null,
  chunk_average bigint not null,
  chunk_maximum bigint not null,
  node_target bigint not null
);

-- A process that writes. A fenced session publishes nothing any more.
create table storage_sessions (
  id ${id},
  started bigint not null,
  heartbeat bigint not null,
  fenced boolean not null
);

-- How often collection has begun; one row. A pack that was published or pinned in the epoch that has begun, or
-- that roots name which were read after it began, is not collected in it.
create table storage_collection (
  id bigint primary key,
  epoch bigint not null,
  began bigint not null
);

insert into storage_collection (id, epoch, began) values (1, 0, 0);

-- Every published pack, with the epoch in which it was published or pinned last. One that was condemned, at this
-- time by the clock of the database, is no hit any more and goes when its readers have had their time.
create table storage_packs (
  session bigint not null references storage_sessions (id),
  number bigint not null,
  kind bigint not null,
  bytes bigint not null,
  created bigint not null,
  epoch bigint not null,
  condemned bigint,
  primary key (session, number)
);

-- Packs too small to be objects.
create table storage_small_packs (
  session bigint not null,
  number bigint not null,
  content ${blob} not null,
  primary key (session, number),
  foreign key (session, number) references storage_packs (session, number)
);

-- The packs that an unpublished upload relies on; holder is the session of the upload. Collection
-- leaves them alone.
create table storage_pins (
  upload ${text} not null,
  holder bigint not null references storage_sessions (id),
  session bigint not null,
  number bigint not null,
  primary key (upload, session, number)
);

create index storage_pins_by_pack on storage_pins (session, number);
create index storage_pins_by_holder on storage_pins (holder);

-- Where the records of a pack that was rewritten lie now.
create table storage_forwards (
  session bigint not null,
  number bigint not null,
  to_session bigint not null,
  to_number bigint not null,
  primary key (session, number, to_session, to_number)
);

-- Trees that are kept although no row elsewhere names them: for readers that take their time and for addresses of
-- chunks that were handed out. A lease without a session outlives the process that took it.
create table storage_leases (
  id ${text} primary key,
  holder bigint references storage_sessions (id),
  root ${blob} not null,
  created bigint not null,
  expires bigint not null,
  created_by ${text} not null
);

create index storage_leases_expiry on storage_leases (expires);
