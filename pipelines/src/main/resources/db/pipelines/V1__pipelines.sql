create table pipelines_pipelines (
  id ${id},
  project ${text} not null,
  name ${text} not null,
  version bigint not null,
  state text not null,
  reason text not null,
  stopped boolean not null,
  parallelism bigint not null default 1,
  autoscaling boolean not null default false,
  salt text not null,
  workers_started bigint,
  created bigint not null,
  deleted boolean not null default false
);

create unique index pipelines_pipelines_live on pipelines_pipelines (project, name) where deleted = false;
create index pipelines_pipelines_by_state on pipelines_pipelines (state);
create index pipelines_pipelines_scaling on pipelines_pipelines (id) where autoscaling = true and deleted = false;

-- What was submitted, what it became, and what the engine needs of it.
create table pipelines_versions (
  pipeline bigint not null references pipelines_pipelines (id),
  version bigint not null,
  spec ${blob} not null,
  user_json text not null,
  effective_json text not null,
  spec_commit text not null,
  created bigint not null,
  created_by ${text} not null default '',
  primary key (pipeline, version)
);

create index pipelines_versions_by_time on pipelines_versions (created, pipeline, version);

-- PLAN, RESULTS and REDO are key trees of the store. A row that is deleted keeps what its output commit
-- was made from, for as long as that commit may be built upon.
create table pipelines_jobs (
  id ${id},
  pipeline bigint not null references pipelines_pipelines (id),
  set_id ${text} not null,
  version bigint not null,
  state text not null,
  reason text not null,
  deleted boolean not null default false,
  waiting text not null default '',
  waiting_since bigint,
  -- What wakes it: a key, or 'now' where it is to be looked at; null where nothing that comes could
  -- bring it forward. 'turn' is the greatest of all keys.
  awaits ${text},
  restart bigint not null default 0,
  salt text not null default '',
  total bigint not null default 0,
  processed bigint not null default 0,
  skipped bigint not null default 0,
  failed bigint not null default 0,
  recovered bigint not null default 0,
  downloaded bigint not null default 0,
  uploaded bigint not null default 0,
  download_nanos bigint not null default 0,
  process_nanos bigint not null default 0,
  upload_nanos bigint not null default 0,
  failure text not null default '',
  created bigint not null,
  started bigint,
  finished bigint,
  input_hash text,
  plan ${blob},
  -- What the plan saw and arranged: the next one is derived from it.
  origin ${blob},
  planned text not null default '',
  -- The job whose unknown datums were run while it was still running itself.
  beside bigint,
  results ${blob},
  redo ${blob},
  unique (pipeline, set_id)
);

create index pipelines_jobs_by_set on pipelines_jobs (set_id);
create index pipelines_jobs_by_state on pipelines_jobs (state, pipeline, id);
create index pipelines_jobs_by_wait on pipelines_jobs (awaits, id) where awaits is not null;
create index pipelines_jobs_by_turn on pipelines_jobs (pipeline, awaits, id) where awaits is not null;
create index pipelines_jobs_by_pipeline on pipelines_jobs (pipeline, id);
create index pipelines_jobs_by_input on pipelines_jobs (pipeline, input_hash, id);

-- Datums that are done while their job still runs: a key tree of the results so far. One set while
-- workers share the memory of the engine.
create table pipelines_checkpoints (
  job bigint not null references pipelines_jobs (id) on delete cascade,
  restart bigint not null,
  set_number bigint not null,
  sequence bigint not null,
  results ${blob} not null,
  primary key (job, set_number, sequence)
);

-- Compressed lines of one worker of a job, or of the job as a whole where the worker is empty: when the first and the
-- last were logged, and the first four bytes of the ids of the datums they are about, sorted. Keys grow in the order
-- in which the lines became durable.
create table pipelines_log_segments (
  id ${id},
  pipeline bigint not null,
  job bigint not null references pipelines_jobs (id) on delete cascade,
  worker text not null,
  first_time bigint not null,
  last_time bigint not null,
  datums ${blob} not null,
  content ${blob} not null
);

create index pipelines_log_segments_by_job on pipelines_log_segments (job, id);
create index pipelines_log_segments_by_pipeline on pipelines_log_segments (pipeline, id);

-- Texts that stand below the specs of users: that of the cluster has no project.
create table pipelines_defaults (
  project ${text} primary key,
  json text not null,
  created bigint not null,
  created_by ${text} not null default ''
);
