require "json"

Hit = Struct.new(:method, :route, :status, :bytes, keyword_init: true) do
  def server_error? = status.between?(500, 599)
end

# Inside quotes a backslash takes the next character with it, so \" does not end the field.
QUOTED = /(?:[^"\\]++|\\.)*+/
LOG_LINE = /\A[^ ]+ [^ ]+ [^ ]+ \[[^\]]*\] "(?<request>#{QUOTED})" (?<status>\d{3}) (?<bytes>\d+|-) "#{QUOTED}" "#{QUOTED}"\z/
REQUEST = /\A(?<method>[A-Z]+) (?<target>.+) HTTP\/[^ ]+\z/

def parse_hit(line)
  fields = LOG_LINE.match(line) or return
  request = REQUEST.match(fields[:request]) or return
  Hit.new(
    method: request[:method],
    route: request[:target].partition("?").first,
    status: fields[:status].to_i,
    bytes: fields[:bytes] == "-" ? 0 : fields[:bytes].to_i
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
