require "json"

request = JSON.parse($stdin.read)

answer = { greeting: "Hello, everybody" }

puts JSON.generate(answer)
