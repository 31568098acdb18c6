# What every part of the parcel service reads, and nobody changes.
CARRIERS = { "north" => "Northpost", "sea" => "Sealine" }.freeze
DEFAULTS = {
  "notify" => true,
  "insured" => false,
  "print" => { "size" => "A6", "marks" => ["shop"] }
}.freeze

def deep_copy(value)
  case value
  when Hash then value.transform_values { |part| deep_copy(part) }
  when Array then value.map { |part| deep_copy(part) }
  else value.dup
  end
end

# Which parcels leave on which day.
class Route
  def initialize
    @parcels = {}
  end

  def add(day, code)
    (@parcels[day] ||= []) << code
  end

  def parcels(day)
    @parcels.fetch(day, [])
  end

  def days
    @parcels.keys
  end
end

class Parcel
  attr_reader :code, :customer

  def initialize(code, customer, carrier)
    @code = code
    @customer = customer
    @carrier = carrier
  end

  # One line of text: NORTHPOST PX-1 / ADA
  def label
    "#{CARRIERS.fetch(@carrier)} #{@code} / ".upcase + @customer.upcase!
  end
end

# The wishes of one customer, and the defaults where there are none.
class Settings
  def initialize(wishes)
    @values = deep_copy(DEFAULTS.merge(wishes))
  end

  def value(name, otherwise)
    @values.fetch(name, otherwise)
  end

  def set(name, value)
    @values[name] = value
  end

  # Adds a mark that is printed on every label.
  def mark(text)
    @values["print"]["marks"] << text
  end

  def all
    @values
  end
end

# Remembers what customs said; a question costs 40 cents.
class Customs
  def initialize(office)
    @office = office
    @answers = {}
  end

  def cleared(code)
    @answers.fetch(code) { @answers[code] = @office.call(code) }
  end
end
