require "json"
require "uri"

CONFIG_ERROR = 78 # EX_CONFIG of sysexits.h

# A text that cannot be printed by accident: to_s, inspect and JSON get the mask.
class Secret
  def initialize(value)
    @value = value
  end

  def to_s = @value.length < 16 ? "****" : "****#{@value[-4..]}"
  def to_json(*args) = to_s.to_json(*args)
  alias inspect to_s
end

# Each parser turns a trimmed text into a value, or into nil when it has another form.
module Parse
  UNIT_MS = { "ms" => 1, "s" => 1_000, "m" => 60_000 }.freeze
  BOOLEANS = { "true" => true, "1" => true, "false" => false, "0" => false }.freeze

  module_function

  def text(value) = value

  def port(value)
    number = value.match?(/\A\d+\z/) ? value.to_i : 0
    number if number.between?(1, 65_535)
  end

  def boolean(value) = BOOLEANS[value.downcase]

  def duration_ms(value)
    amount, unit = value.match(/\A(\d+)(ms|s|m)\z/)&.captures
    amount && amount.to_i * UNIT_MS.fetch(unit)
  end

  def list(value) = value.split(",").map(&:strip).reject(&:empty?)

  def url(value)
    uri = URI.parse(value)
    value if uri.is_a?(URI::HTTP) && !uri.host.to_s.empty?
  rescue URI::InvalidURIError
    nil
  end
end

# Reads variables one by one and remembers every problem and every name it was asked for.
class Environment
  attr_reader :problems

  def initialize(variables)
    @variables = variables
    @known = []
    @problems = []
  end

  def read(name, type, default: nil, required: false)
    value = value_of(name)
    return required ? problem(name, :missing) : default if value.nil?

    parsed = Parse.public_send(type, value)
    parsed.nil? ? problem(name, :invalid) : parsed
  end

  def secret(name, required: false)
    value = value_of(name)
    path = value_of("#{name}_FILE")
    return problem(name, :conflict) if value && path
    return secret_in(path, "#{name}_FILE") if path
    return Secret.new(value) if value

    problem(name, :missing) if required
  end

  # Set names with our prefix that nothing asked for: typing errors most of the time.
  def unknown(prefix)
    names = @variables.keys.select { |name| name.start_with?(prefix) } - @known
    names.select { |name| value_of(name) }
  end

  private

  def secret_in(path, name)
    Secret.new(File.binread(path).force_encoding(Encoding::UTF_8).delete_suffix("\n"))
  rescue SystemCallError
    problem(name, :unreadable)
  end

  def value_of(name)
    @known << name
    value = @variables[name].to_s.strip
    value unless value.empty?
  end

  def problem(name, code)
    @problems << { name: name, code: code }
    nil
  end
end

environment = Environment.new(ENV.to_h)

config = {
  env: environment.read("SHOP_ENV", :text, default: "local"),
  port: environment.read("SHOP_PORT", :port, default: 8080),
  publicUrl: environment.read("SHOP_PUBLIC_URL", :url, required: true),
  verboseErrors: environment.read("SHOP_VERBOSE_ERRORS", :boolean, default: false),
  secureCookies: environment.read("SHOP_SECURE_COOKIES", :boolean, default: true),
  requestTimeoutMs: environment.read("SHOP_REQUEST_TIMEOUT", :duration_ms, default: 5_000),
  allowedOrigins: environment.read("SHOP_ALLOWED_ORIGINS", :list, default: []),
  databasePassword: environment.secret("SHOP_DATABASE_PASSWORD", required: true),
  mailKey: environment.secret("SHOP_MAIL_KEY")
}
warnings = environment.unknown("SHOP_")

if environment.problems.empty?
  puts JSON.generate(config: config, warnings: warnings)
else
  puts JSON.generate(problems: environment.problems, warnings: warnings)
  exit CONFIG_ERROR
end
