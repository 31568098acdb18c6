-- For room_id in the exclusion constraint: GiST knows ranges by itself, plain values through this extension.
create extension btree_gist;

create table users (
  id bigint generated always as identity primary key,
  email text not null,
  created_at timestamptz not null default now()
);

create function refuse_taken_address() returns trigger language plpgsql as $$
begin
  if exists (select from users where lower(email) = lower(new.email) and id <> new.id) then
    raise exception 'the address % is taken', new.email using errcode = 'unique_violation';
  end if;
  return new;
end
$$;

create trigger users_email_is_free before insert or update of email on users
  for each row execute function refuse_taken_address();

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
  amount numeric(9, 2) not null constraint invoices_amount_not_negative check (amount >= 0),
  status text not null default 'open' constraint invoices_status_known check (status in ('open', 'paid', 'void')),
  created_at timestamptz not null default now()
);
