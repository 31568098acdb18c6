-- 001: no extension at all; ids from sequences, status from a table of its own, rules by ALTER TABLE.

create sequence user_ids;
create sequence room_ids;
create sequence booking_ids;
create sequence invoice_ids;

create table invoice_statuses (status text primary key);
insert into invoice_statuses values ('open'), ('paid'), ('void');

create table users (
  id bigint default nextval('user_ids') primary key,
  email text not null,
  created_at timestamptz not null default clock_timestamp()
);

create table rooms (
  id bigint default nextval('room_ids') primary key,
  name text not null
);

create table bookings (
  id bigint default nextval('booking_ids') primary key,
  room_id bigint not null,
  user_id bigint not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null
);

create table invoices (
  id bigint default nextval('invoice_ids') primary key,
  user_id bigint not null,
  amount numeric not null,
  status text not null default 'open',
  created_at timestamptz not null default clock_timestamp()
);

alter table users
  add constraint one_user_per_address exclude using hash ((lower(email collate "C")) with =);

alter table bookings
  add foreign key (room_id) references rooms (id),
  add foreign key (user_id) references users (id) on delete cascade,
  add constraint not_backwards check (ends_at > starts_at),
  -- A range of one room stands for "the same room", so plain GiST is enough.
  add constraint one_guest_at_a_time exclude using gist (
    int8range(room_id, room_id, '[]') with &&,
    tstzrange(starts_at, ends_at) with &&
  ) deferrable initially immediate;

alter table invoices
  add foreign key (user_id) references users (id) on delete restrict,
  add foreign key (status) references invoice_statuses (status),
  add constraint not_negative check (sign(amount) >= 0),
  add constraint whole_cents check (mod(amount * 100, 1) = 0);
