require "json"

request = JSON.parse($stdin.read)

# One line is not right yet. request["name"] holds the name that came in.
answer = { greeting: "Hello, world" }

puts JSON.generate(answer)
