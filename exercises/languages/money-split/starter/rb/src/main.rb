require "json"

DIGITS = { "EUR" => 2, "USD" => 2, "JPY" => 0, "KWD" => 3 }.freeze

def split(amount, digits, weights)
  total = weights.sum
  weights.map { |weight| format("%.#{digits}f", amount * weight / total) }
end

$stdin.each_line do |line|
  request = JSON.parse(line)
  digits = DIGITS.fetch(request["currency"])
  shares = split(Float(request["amount"]), digits, request["weights"])
  puts JSON.generate(id: request["id"], shares: shares)
end
