require "json"
require_relative "labels"
require_relative "web"

$stdout.sync = true

def json(status, value)
  Web::Answer.new(status, JSON.generate(value), "application/json")
end

def handle(request)
  if request.verb == "POST" && request.path == "/labels"
    body = JSON.parse(request.body)
    make_label(body["parcel"], body["to"])
    puts "made label #{body['parcel']} for #{body['to']}"
    return json(201, parcel: body["parcel"])
  end
  parcel = request.path[%r{\A/labels/([\w-]+)\z}, 1]
  label = parcel && find_label(parcel)
  puts "asked for label #{parcel}: #{label ? 'found' : 'not found'}"
  label ? Web::Answer.new(200, label, "text/plain; charset=utf-8") : json(404, error: "there is no such label")
end

port = ENV.fetch("PORT", "8080").to_i
server = TCPServer.new("localhost", port)
server.listen(128)
puts "Labels on http://localhost:#{port}"

loop do
  Web.answer(server.accept) { |request| handle(request) }
end
