-- The box office. Nothing in here has to change.

create table seats (
  event_id int not null,
  seat varchar(8) not null,
  -- The customer who has it; null: it is free.
  holder int null,
  primary key (event_id, seat)
);

create table customers (
  id int primary key,
  name varchar(60) not null,
  points int not null default 0
);
