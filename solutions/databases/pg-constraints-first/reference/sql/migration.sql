-- For room_id in the exclusion constraint: GiST knows ranges by itself, plain values through this extension.
create extension btree_gist;

create table users (
  id bigint generated always as identity primary key,
  email text not null,
  created_at timestamptz not null default now()
);

create unique index users_email_key on users (lower(email));

create table rooms (
  id bigint generated always as identity primary key,
  name text not null
);

create table bookings (
  id bigint generated always as identity primary key,
  room_id bigint not null references rooms,
  user_id bigint not null references users on delete cascade,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  -- An empty range overlaps nothing, so the exclusion constraint alone would let it in.
  constraint bookings_end_after_start check (starts_at < ends_at),
  -- Half-open, [start, end): the next guest may come when the last one leaves.
  constraint bookings_do_not_overlap exclude using gist (room_id with =, tstzrange(starts_at, ends_at) with &&)
);

create table invoices (
  id bigint generated always as identity primary key,
  -- Books are kept: a user who was invoiced stays.
  user_id bigint not null references users on delete restrict,
  -- Without (9, 2): that type would round -0.004 to zero before a check sees it.
  amount numeric not null constraint invoices_amount_in_cents check (amount >= 0 and amount = round(amount, 2)),
  status text not null default 'open' constraint invoices_status_known check (status in ('open', 'paid', 'void')),
  created_at timestamptz not null default now()
);
