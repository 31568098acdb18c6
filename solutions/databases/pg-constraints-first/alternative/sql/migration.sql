create extension citext;
create extension btree_gist;

create domain euros as numeric check (value >= 0) check (value = trunc(value, 2));
create type invoice_status as enum ('open', 'paid', 'void');

create table users (
  id uuid primary key default gen_random_uuid(),
  email citext not null unique,
  created_at timestamptz not null default now()
);

create table rooms (
  id uuid primary key default gen_random_uuid(),
  name text not null
);

create table bookings (
  id uuid primary key default gen_random_uuid(),
  room_id uuid not null references rooms,
  user_id uuid not null references users on delete cascade,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  during tstzrange not null generated always as (tstzrange(starts_at, ends_at)) stored,
  unique (room_id, during without overlaps)
);

create table invoices (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references users,
  amount euros not null,
  status invoice_status not null default 'open',
  created_at timestamptz not null default now()
);
