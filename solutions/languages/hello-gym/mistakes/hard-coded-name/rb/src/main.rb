require "json"

request = JSON.parse($stdin.read)

answer = { greeting: "Hello, Ada" }

puts JSON.generate(answer)
