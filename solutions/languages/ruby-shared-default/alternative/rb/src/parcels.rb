# frozen_string_literal: true

# What every part of the parcel service reads, and nobody changes.
CARRIERS = { "north" => "Northpost", "sea" => "Sealine" }.freeze
DEFAULTS = {
  "notify" => true,
  "insured" => false,
  "print" => { "size" => "A6", "marks" => ["shop"].freeze }.freeze
}.freeze

# Which parcels leave on which day: a list of pairs, grouped when somebody asks.
class Route
  def initialize
    @plan = []
  end

  def add(day, code)
    @plan.push([day, code])
  end

  def parcels(day)
    @plan.filter_map { |planned, code| code if planned == day }
  end

  def days
    @plan.map(&:first).uniq
  end
end

Parcel = Struct.new(:code, :customer, :carrier) do
  # One line of text: NORTHPOST PX-1 / ADA
  def label
    format("%s %s / %s", *[CARRIERS.fetch(carrier), code, customer].map(&:upcase))
  end
end

# The wishes of one customer, and the defaults where there are none. Values are replaced and never changed, so that
# what is frozen can be shared.
class Settings
  def initialize(wishes)
    @values = DEFAULTS.merge(wishes)
  end

  def value(name, otherwise)
    @values.key?(name) ? @values[name] : otherwise
  end

  def set(name, value)
    @values = @values.merge(name => value)
  end

  # Adds a mark that is printed on every label.
  def mark(text)
    print = @values["print"]
    set("print", print.merge("marks" => print["marks"] + [text]))
  end

  def all
    @values.dup
  end
end

# Remembers what customs said; a question costs 40 cents.
class Customs
  def initialize(office)
    @answers = Hash.new { |answers, code| answers[code] = office.call(code) }
  end

  def cleared(code)
    @answers[code]
  end
end
