require "json"
require "net/http"
require "securerandom"
require "time"

JOBS_URL = URI(ENV.fetch("JOBS_URL"))
MAX_ATTEMPTS = Integer(ENV.fetch("MAX_ATTEMPTS", 5))
ATTEMPT_TIMEOUT_MS = Integer(ENV.fetch("ATTEMPT_TIMEOUT_MS", 1000))
DEADLINE_MS = Integer(ENV.fetch("DEADLINE_MS", 10_000))
BASE_DELAY_MS = Integer(ENV.fetch("BASE_DELAY_MS", 100))
MAX_DELAY_MS = Integer(ENV.fetch("MAX_DELAY_MS", 2000))

RETRIABLE = [429, 502, 503, 504].freeze
NO_WHOLE_ANSWER = [SystemCallError, IOError, Timeout::Error, Net::HTTPBadResponse, Net::ProtocolError].freeze

Answer = Struct.new(:status, :retry_after, :body)

def now = Process.clock_gettime(Process::CLOCK_MONOTONIC)

# One attempt; nil when no whole answer came.
def send_job(payload, key, timeout)
  headers = { "Content-Type" => "application/json", "Idempotency-Key" => key }
  http = Net::HTTP.new(JOBS_URL.host, JOBS_URL.port)
  http.open_timeout = http.read_timeout = http.write_timeout = timeout
  response = http.start { http.post(JOBS_URL.request_uri, payload, headers) }
  # net/http takes a body that breaks off for a whole one.
  return nil if response.body.to_s.bytesize < response.content_length.to_i

  Answer.new(response.code.to_i, response["Retry-After"], response.body)
rescue *NO_WHOLE_ANSWER
  nil
end

# A random wait in seconds; its ceiling doubles with each failure.
def backoff(failures)
  rand * [MAX_DELAY_MS, BASE_DELAY_MS * 2**(failures - 1)].min / 1000
end

def seconds_until(retry_after)
  return 0 unless retry_after

  retry_after.match?(/\A\d+\z/) ? retry_after.to_i : Time.httpdate(retry_after) - Time.now
end

def submit(payload)
  key = SecureRandom.uuid
  deadline = now + DEADLINE_MS / 1000.0
  1.step do |attempt|
    answer = send_job(payload, key, (deadline - now).clamp(0.001, ATTEMPT_TIMEOUT_MS / 1000.0))
    return [0, { status: "created", jobId: JSON.parse(answer.body)["jobId"], attempts: attempt }] if answer&.status == 201
    return [65, { status: "rejected", code: answer.status, attempts: attempt }] if answer && !RETRIABLE.include?(answer.status)

    wait = [backoff(attempt), seconds_until(answer&.retry_after)].max
    return [75, { status: "gave-up", attempts: attempt }] if attempt >= MAX_ATTEMPTS || now + wait >= deadline

    sleep wait
  end
end

exit_code, result = submit($stdin.read)
puts JSON.generate(result)
exit exit_code
