require "json"

Hit = Struct.new(:method, :route, :status, :bytes, keyword_init: true) do
  def server_error? = status.between?(500, 599)
end

def parse_hit(line)
  fields = line.split(" ")
  return if fields.size < 12

  method, target, protocol, status, bytes = fields[5, 5]
  return unless method.start_with?('"') && protocol.end_with?('"')
  return unless status.match?(/\A\d{3}\z/) && bytes.match?(/\A(\d+|-)\z/)

  Hit.new(
    method: method.delete('"'),
    route: target.partition("?").first,
    status: status.to_i,
    bytes: bytes == "-" ? 0 : bytes.to_i
  )
end

rollup = { hits: 0, bytes: 0, serverErrors: Hash.new(0), skipped: 0 }

$stdin.each_line(chomp: true) do |line|
  hit = parse_hit(line)
  if hit.nil?
    rollup[:skipped] += 1
    next
  end
  rollup[:hits] += 1
  rollup[:bytes] += hit.bytes
  rollup[:serverErrors]["#{hit.method} #{hit.route}"] += 1 if hit.server_error?
end

puts JSON.generate(rollup)
