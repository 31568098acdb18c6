require "json"

class Problem < StandardError
  attr_reader :name, :code

  def initialize(name, code)
    super("#{name}: #{code}")
    @name = name
    @code = code
  end

  def to_h = { name: name, code: code }
end

INVALID = Object.new.freeze

# One lambda per type; what does not fit is INVALID.
TYPES = {
  text: ->(value) { value },
  port: ->(value) { value =~ /\A[0-9]+\z/ && (1..65_535).cover?(value.to_i) ? value.to_i : INVALID },
  url: ->(value) { value.match?(%r{\Ahttps?://[^/?\#:\s]}) ? value : INVALID },
  list: ->(value) { value.split(",").map(&:strip) - [""] },
  secret: ->(value) { value.length < 16 ? "****" : "****#{value.chars.last(4).join}" },
  boolean: lambda do |value|
    case value.downcase
    when "true", "1" then true
    when "false", "0" then false
    else INVALID
    end
  end,
  duration: lambda do |value|
    case value
    when /\A([0-9]+)ms\z/ then $1.to_i
    when /\A([0-9]+)s\z/ then $1.to_i * 1000
    when /\A([0-9]+)m\z/ then $1.to_i * 60_000
    else INVALID
    end
  end
}.freeze

Setting = Struct.new(:member, :variable, :type, :fallback) do
  def names = type == :secret ? [variable, "#{variable}_FILE"] : [variable]

  def resolve(given)
    value = source(given)
    return TYPES.fetch(type).call(value).tap { |parsed| raise Problem.new(variable, :invalid) if parsed.equal?(INVALID) } if value
    raise Problem.new(variable, :missing) if fallback == :required

    fallback
  end

  private

  def source(given)
    set = names.select { |name| given.key?(name) }
    raise Problem.new(variable, :conflict) if set.size > 1
    return given[variable] unless type == :secret && set == ["#{variable}_FILE"]

    content = begin
      File.open(given[set.first], "rb:utf-8", &:read)
    rescue SystemCallError
      raise Problem.new(set.first, :unreadable)
    end
    content.end_with?("\n") ? content[0...-1] : content
  end
end

SETTINGS = [
  Setting.new(:env, "SHOP_ENV", :text, "local"),
  Setting.new(:port, "SHOP_PORT", :port, 8080),
  Setting.new(:publicUrl, "SHOP_PUBLIC_URL", :url, :required),
  Setting.new(:verboseErrors, "SHOP_VERBOSE_ERRORS", :boolean, false),
  Setting.new(:secureCookies, "SHOP_SECURE_COOKIES", :boolean, true),
  Setting.new(:requestTimeoutMs, "SHOP_REQUEST_TIMEOUT", :duration, 5000),
  Setting.new(:allowedOrigins, "SHOP_ALLOWED_ORIGINS", :list, []),
  Setting.new(:databasePassword, "SHOP_DATABASE_PASSWORD", :secret, :required),
  Setting.new(:mailKey, "SHOP_MAIL_KEY", :secret, nil)
].freeze

given = ENV.to_h.transform_values(&:strip).reject { |_, value| value.empty? }
warnings = given.keys.grep(/\ASHOP_/) - SETTINGS.flat_map(&:names)

problems = []
config = SETTINGS.to_h do |setting|
  [setting.member, setting.resolve(given)]
rescue Problem => e
  problems << e.to_h
  [setting.member, nil]
end

puts JSON.pretty_generate(problems.empty? ? { config: config, warnings: warnings } : { problems: problems, warnings: warnings })
exit(problems.empty? ? 0 : 78)
