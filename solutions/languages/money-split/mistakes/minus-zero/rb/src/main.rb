require "json"

DIGITS = { "EUR" => 2, "USD" => 2, "JPY" => 0, "KWD" => 3 }.freeze

# Its message is the error code of the answer.
class BadRequest < StandardError; end

# The amount in minor units: "-12.5" with two digits is -1250.
def parse_amount(text, digits)
  match = /\A(-?)(\d+)(?:\.(\d+))?\z/.match(text) if text.is_a?(String)
  raise BadRequest, "BAD_AMOUNT" unless match

  sign, whole, fraction = match.captures
  raise BadRequest, "BAD_AMOUNT" if fraction.to_s.size > digits

  units = (whole + fraction.to_s.ljust(digits, "0")).to_i
  sign.empty? ? units : -units
end

def format_amount(units, digits, sign)
  text = units.abs.to_s.rjust(digits + 1, "0")
  text = text.insert(-digits - 1, ".") if digits.positive?
  sign + text
end

def check_weights(weights)
  fits = weights.is_a?(Array) && weights.size.between?(1, 50) &&
         weights.all? { |weight| weight.is_a?(Integer) && weight.between?(0, 1_000_000) } &&
         weights.sum.positive?
  raise BadRequest, "BAD_WEIGHTS" unless fits

  weights
end

# Largest remainder: every share is rounded down, then the left-over units go where most was cut off.
def split(units, weights)
  size = units
  total = weights.sum
  shares = weights.map { |weight| size * weight / total }
  by_cut_off = weights.each_index.sort_by { |i| [-(size * weights[i] % total), i] }
  by_cut_off.first(size - shares.sum).each { |i| shares[i] += 1 }
  shares
end

def shares_of(request)
  digits = DIGITS.fetch(request["currency"]) { raise BadRequest, "BAD_CURRENCY" }
  units = parse_amount(request["amount"], digits)
  weights = check_weights(request["weights"])
  sign = units.negative? ? "-" : ""
  split(units.abs, weights).map { |share| format_amount(share, digits, sign) }
end

$stdin.each_line do |line|
  request = JSON.parse(line)
  answer = begin
    { shares: shares_of(request) }
  rescue BadRequest => e
    { error: e.message }
  end
  puts JSON.generate(id: request["id"], **answer)
end
