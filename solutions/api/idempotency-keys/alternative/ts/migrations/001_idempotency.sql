-- What is known of a key. Whether its request is at work right now is not written down: a lock says so.
create table remembered (
  account_id text not null,
  key text not null,
  request_hash bytea not null,
  payment_id uuid not null default gen_random_uuid(),
  first_seen timestamptz not null default now(),
  answer json,
  primary key (account_id, key)
);
