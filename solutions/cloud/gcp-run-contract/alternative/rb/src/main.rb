require "json"
require "net/http"
require_relative "web"

$stdout.sync = true
STORE = URI(ENV.fetch("STORE_URL", "http://localhost:9000"))
WORKERS = 100

StoreProblem = Class.new(StandardError)

def log(severity, message)
  line = { severity: severity, message: message }
  # The trace of the request that this thread works on.
  trace = Thread.current[:trace]
  line["logging.googleapis.com/trace"] = "projects/#{ENV['GOOGLE_CLOUD_PROJECT']}/traces/#{trace}" if trace
  $stdout.write(JSON.generate(line) + "\n")
end

def ask(request)
  response = Net::HTTP.start(STORE.host, STORE.port) { |http| http.request(request) }
  return response.body if response.code.start_with?("2")
  return nil if response.code == "404" && request.method == "GET"

  raise StoreProblem, "status #{response.code}"
rescue SystemCallError, IOError, Timeout::Error => error
  raise StoreProblem, error.message
end

def answer(status, value) = Web::Answer.new(status, JSON.generate(value), "application/json")

def make(body)
  parcel, to = body.values_at("parcel", "to")
  put = Net::HTTP::Put.new("/labels/#{parcel}")
  put.body = "To: #{to}\nParcel: #{parcel}\n"
  ask(put)
  log("INFO", "stored #{parcel} for #{to}")
  answer(201, parcel: parcel)
rescue StoreProblem => problem
  log("ERROR", "#{parcel} for #{to}: #{problem.message}")
  answer(502, error: "try again later")
end

def find(parcel)
  label = ask(Net::HTTP::Get.new("/labels/#{parcel}"))
  log("INFO", "#{parcel} #{label ? 'found' : 'unknown'}")
  label ? Web::Answer.new(200, label, "text/plain; charset=utf-8") : answer(404, error: "not found")
rescue StoreProblem => problem
  log("ERROR", "#{parcel}: #{problem.message}")
  answer(502, error: "try again later")
end

def handle(request)
  Thread.current[:trace] = request.headers["x-cloud-trace-context"]&.slice(%r{\A[^/]+})
  request.verb == "POST" ? make(JSON.parse(request.body)) : find(request.path.delete_prefix("/labels/"))
end

waiting = Queue.new
workers = Array.new(WORKERS) do
  Thread.new do
    while (socket = waiting.pop)
      Web.answer(socket) { |request| handle(request) }
    end
  end
end

# A signal handler may do little; it writes a byte, which the loop below waits for like for a connection.
wake, signal = IO.pipe
trap("TERM") { signal.write(".") }

listener = TCPServer.new("0.0.0.0", ENV.fetch("PORT", "8080").to_i)
listener.listen(128)
loop do
  ready, = IO.select([listener, wake])
  break if ready.include?(wake)

  waiting << listener.accept
end
listener.close
waiting.close
workers.each(&:join)
