require "json"

request = JSON.parse($stdin.read)

answer = { greeting: "Hello, " + request["name"] }

puts JSON.generate(answer)
