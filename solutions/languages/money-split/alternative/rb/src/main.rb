require "json"
require "bigdecimal"

# A currency knows how many digits its amounts have; everything else follows from its smallest unit.
class Currency
  CODES = { "EUR" => 2, "USD" => 2, "JPY" => 0, "KWD" => 3 }.freeze

  def self.find(code)
    new(CODES[code]) if CODES.key?(code)
  end

  def initialize(digits)
    @digits = digits
    @form = digits.zero? ? /\A-?\d+\z/ : /\A-?\d+(\.\d{1,#{digits}})?\z/
  end

  def amount(text)
    text.to_r if text.is_a?(String) && @form.match?(text)
  end

  def unit
    Rational(1, 10**@digits)
  end

  def text(amount)
    return amount.to_i.to_s if @digits.zero?

    whole, fraction = BigDecimal(amount, 40).abs.to_s("F").split(".")
    "#{"-" if amount.negative?}#{whole}.#{fraction.ljust(@digits, "0")}"
  end
end

# Exact rational numbers: rounded down to the unit, then one unit more for those that lost most.
def split(amount, unit, weights)
  exact = weights.map { |weight| amount.abs * weight / weights.sum }
  shares = exact.map { |share| (share / unit).floor * unit }
  left_over = ((amount.abs - shares.sum) / unit).to_i
  lucky = exact.each_index.max_by(left_over) { |i| [exact[i] - shares[i], -i] }
  lucky.each { |i| shares[i] += unit }
  shares.map { |share| share * (amount <=> 0) }
end

def weights?(weights)
  return false unless weights.is_a?(Array) && (1..50).cover?(weights.size)

  weights.all? { |weight| weight.is_a?(Integer) && (0..1_000_000).cover?(weight) } && weights.any?(&:positive?)
end

def answer(request)
  currency = Currency.find(request["currency"]) or return { error: :BAD_CURRENCY }
  amount = currency.amount(request["amount"]) or return { error: :BAD_AMOUNT }
  weights?(request["weights"]) or return { error: :BAD_WEIGHTS }
  { shares: split(amount, currency.unit, request["weights"]).map { |share| currency.text(share) } }
end

ARGF.readlines(chomp: true).each do |line|
  request = JSON.parse(line)
  puts answer(request).merge(id: request["id"]).to_json
end
