-- Nothing in here has to change.

create table payments (
  id uuid primary key,
  account_id text not null,
  amount int not null,
  currency text not null,
  charge_id text not null unique,
  created_at timestamptz not null default now()
);
