require "json"

lines = $stdin.read.split("\n")

# host identity user [time zone] "method target protocol" status bytes "referrer" "user agent"
rows = lines.map do |line|
  fields = line.split(" ")
  {
    method: fields[5].delete('"'),
    route: fields[6].split("?").first,
    status: Integer(fields[8]),
    bytes: Integer(fields[9])
  }
end

server_errors = rows.select { |row| row[:status] >= 500 }.map { |row| "#{row[:method]} #{row[:route]}" }.tally

puts JSON.generate(
  hits: rows.size,
  bytes: rows.map { |row| row[:bytes] }.reduce(:+),
  serverErrors: server_errors,
  skipped: 0
)
