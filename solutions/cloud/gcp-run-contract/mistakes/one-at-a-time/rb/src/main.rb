require "json"
require_relative "labels"
require_relative "log"
require_relative "web"

$stdout.sync = true

def json(status, value)
  Web::Answer.new(status, JSON.generate(value), "application/json")
end

def handle(request)
  log = Log.new(request.headers["x-cloud-trace-context"])
  if request.verb == "POST" && request.path == "/labels"
    body = JSON.parse(request.body)
    what = "label #{body['parcel']} for #{body['to']}"
    make_label(body["parcel"], body["to"])
    log.info("made #{what}")
    return json(201, parcel: body["parcel"])
  end
  parcel = request.path[%r{\A/labels/([\w-]+)\z}, 1]
  what = "label #{parcel}"
  label = parcel && find_label(parcel)
  log.info("asked for #{what}: #{label ? 'found' : 'not found'}")
  label ? Web::Answer.new(200, label, "text/plain; charset=utf-8") : json(404, error: "there is no such label")
rescue StoreError => error
  log.error("#{what}: #{error.message}")
  json(502, error: "the store does not answer")
end

log = Log.new
port = ENV.fetch("PORT", "8080").to_i
server = TCPServer.new("0.0.0.0", port)
server.listen(128)
log.info("labels on port #{port}")

# A closed listener ends the loop below.
trap("TERM") { server.close }

begin
  loop do
    Web.answer(server.accept) { |request| handle(request) }
  end
rescue IOError
  log.info("stopping")
end
