require "json"
require "net/http"
require "securerandom"

JOBS_URL = URI(ENV.fetch("JOBS_URL"))
MAX_ATTEMPTS = Integer(ENV.fetch("MAX_ATTEMPTS", 5))
ATTEMPT_TIMEOUT_MS = Integer(ENV.fetch("ATTEMPT_TIMEOUT_MS", 1000))
DEADLINE_MS = Integer(ENV.fetch("DEADLINE_MS", 10_000))
BASE_DELAY_MS = Integer(ENV.fetch("BASE_DELAY_MS", 100))
MAX_DELAY_MS = Integer(ENV.fetch("MAX_DELAY_MS", 2000))

def send_job(payload)
  headers = { "Content-Type" => "application/json", "Idempotency-Key" => SecureRandom.uuid }
  Net::HTTP.post(JOBS_URL, payload, headers)
end

def finish(exit_code, **result)
  puts JSON.generate(result)
  exit exit_code
end

response = send_job($stdin.read)
if response.code == "201"
  finish 0, status: "created", jobId: JSON.parse(response.body)["jobId"], attempts: 1
end
finish 65, status: "rejected", code: response.code.to_i, attempts: 1
