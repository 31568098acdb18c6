-- A key and what became of its request. Without a status the request is at work, or was cut off.
create table idempotency_keys (
  account_id text not null,
  key text not null,
  request jsonb not null,
  -- The payment's id, and its reference at the gateway.
  reference uuid not null,
  leased_until timestamptz not null,
  expires_at timestamptz not null,
  status int,
  body json,
  primary key (account_id, key)
);
