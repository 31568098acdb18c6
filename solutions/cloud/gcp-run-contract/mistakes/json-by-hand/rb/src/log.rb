# Writes one JSON object a line; with the trace of a request, Cloud Logging shows its lines together.
class Log
  def initialize(trace_header = nil)
    trace = trace_header.to_s.split("/").first
    @fields = trace ? { "logging.googleapis.com/trace" => "projects/#{ENV['GOOGLE_CLOUD_PROJECT']}/traces/#{trace}" } : {}
  end

  def info(message) = write("INFO", message)

  def error(message) = write("ERROR", message)

  private

  # One write for text and line end: threads must not come between them.
  def write(severity, message)
    fields = @fields.map { |name, value| ", \"#{name}\": \"#{value}\"" }.join
    $stdout.write("{\"severity\": \"#{severity}\", \"message\": \"#{message}\"#{fields}}\n")
  end
end
