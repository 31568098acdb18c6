-- 001: users, rooms, bookings, invoices. The app checks the rest.

create table users (
  id bigint generated always as identity primary key,
  email text unique,
  created_at timestamp default now()
);

create table rooms (
  id bigint generated always as identity primary key,
  name text not null
);

create table bookings (
  id bigint generated always as identity primary key,
  room_id bigint not null,
  user_id bigint not null references users,
  starts_at timestamp not null,
  ends_at timestamp not null,
  -- no double bookings
  unique (room_id, starts_at)
);

create table invoices (
  id bigint generated always as identity primary key,
  user_id bigint not null references users on delete cascade,
  amount real not null,
  status text default 'open' check (status in ('open', 'paid', 'void')),
  created_at timestamp default now()
);
