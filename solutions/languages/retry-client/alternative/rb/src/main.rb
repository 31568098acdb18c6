require "json"
require "net/http"
require "securerandom"
require "time"
require "timeout"

# Everything that decides, without a socket: which answers are worth another attempt, and when it may begin.
class RetryPolicy
  def initialize(env)
    @max_attempts = env.fetch("MAX_ATTEMPTS", "5").to_i
    @timeout = env.fetch("ATTEMPT_TIMEOUT_MS", "1000").to_f / 1000
    @base = env.fetch("BASE_DELAY_MS", "100").to_f / 1000
    @max = env.fetch("MAX_DELAY_MS", "2000").to_f / 1000
    @ends = clock + env.fetch("DEADLINE_MS", "10000").to_f / 1000
  end

  def attempt_limit = [@timeout, [left, 0.01].max].min

  # Seconds to wait after the nth attempt, or nil when it was the last one.
  def pause(attempts, retry_after)
    return if attempts >= @max_attempts

    seconds = [rand(0.0..[@max, @base * 2**(attempts - 1)].min), asked(retry_after)].max
    seconds if seconds < left
  end

  def final?(status) = !(status.nil? || status == 429 || (502..504).cover?(status))

  private

  def clock = Process.clock_gettime(Process::CLOCK_MONOTONIC)
  def left = @ends - clock

  def asked(value)
    Float(value || 0)
  rescue ArgumentError
    Time.httpdate(value) - Time.now
  end
end

class JobService
  def initialize(url)
    @url = URI(url)
    @key = SecureRandom.hex(16)
  end

  # Status, Retry-After and parsed body; nothing at all when the attempt came to nothing.
  def post(payload, limit)
    request = Net::HTTP::Post.new(@url, "Content-Type" => "application/json", "Idempotency-Key" => @key)
    request.body = payload
    response = Timeout.timeout(limit) { Net::HTTP.start(@url.hostname, @url.port) { |http| http.request(request) } }
    created = JSON.parse(response.body) if response.is_a?(Net::HTTPCreated)
    [response.code.to_i, response["Retry-After"], created]
  rescue SystemCallError, IOError, Timeout::Error, Net::HTTPBadResponse, JSON::ParserError
    []
  end
end

policy = RetryPolicy.new(ENV)
service = JobService.new(ENV.fetch("JOBS_URL"))
payload = $stdin.read
attempts = 0

code, result = loop do
  status, retry_after, job = service.post(payload, policy.attempt_limit)
  attempts += 1
  break 0, { status: "created", jobId: job["jobId"] } if status == 201
  break 65, { status: "rejected", code: status } if policy.final?(status)

  pause = policy.pause(attempts, retry_after)
  break 75, { status: "gave-up" } if pause.nil?

  sleep [pause, 0].max
end

puts result.merge(attempts: attempts).to_json
exit code
