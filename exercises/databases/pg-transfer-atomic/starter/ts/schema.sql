-- The books. Nothing in here has to change.

create table accounts (
  id int primary key,
  owner text not null,
  balance_cents bigint not null
);

-- What an account holds is the sum of its rows here: two rows for each transfer, and one for each deposit.
create table ledger (
  id bigint generated always as identity primary key,
  transfer_id uuid not null,
  account_id int not null references accounts (id),
  delta_cents bigint not null,
  at timestamptz not null default now()
);

create index on ledger (account_id);
