require "json"

# Writes one JSON object a line; with the trace of the request that is being served, Cloud Logging shows its lines together.
class Log
  def initialize(trace_header = nil)
    trace = trace_header.to_s.split("/").first
    $trace_fields = trace ? { "logging.googleapis.com/trace" => "projects/#{ENV['GOOGLE_CLOUD_PROJECT']}/traces/#{trace}" } : {}
  end

  def info(message) = write("INFO", message)

  def error(message) = write("ERROR", message)

  private

  # One write for text and line end: threads must not come between them.
  def write(severity, message)
    $stdout.write("#{JSON.generate({ severity: severity, message: message, **$trace_fields })}\n")
  end
end
