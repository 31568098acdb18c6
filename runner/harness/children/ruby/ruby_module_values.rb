# frozen_string_literal: true

require 'set'

# The call protocol's values in Ruby: what encode.mjs writes is read here, and the other way round.
module GymChild
  MAX_FRAME = 1024 * 1024
  MAX_DEPTH = 60
  MAX_NODES = 100_000
  MAX_DIGITS = 4096
  SAFE = (2**53) - 1

  class TooLarge < StandardError; end

  # As Ruby writes a name: sendMail is send_mail.
  def self.snake(name)
    name.gsub(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/, '_').downcase
  end

  # From tagged JSON to Ruby's values.
  class Decoder
    NUMBERS = { '-0' => -0.0, 'NaN' => Float::NAN, 'Infinity' => Float::INFINITY, '-Infinity' => -Float::INFINITY }.freeze

    # @param function makes a callable of the number of a function on the suite's side
    def initialize(function)
      @function = function
    end

    def dec(value)
      case value
      when Array then value.map { |part| dec(part) }
      when Hash then value.key?('$') ? tagged(value) : record(value)
      else value
      end
    end

    private

    def tagged(value)
      inner = value['v']
      case value['$']
      when 'num' then NUMBERS.fetch(inner)
      when 'big' then Integer(inner, 10)
      when 'date' then inner && Time.at(Rational(inner.to_r, 1000)).utc
      when 'map' then inner.to_h { |key, part| [dec(key), dec(part)] }
      when 'set' then inner.to_set { |part| dec(part) }
      when 'bytes' then inner.unpack1('m0')
      when 'o' then record(inner)
      when 'err' then error(value)
      when 'fn' then @function.call(value['id'])
      end
    end

    def record(pairs)
      made = pairs.to_h { |key, part| [key, dec(part)] }
      made.any? && made.values.all?(Proc) ? toolbox(made) : made
    end

    # An object of functions: `tools.send_mail(…)`, or `tools['sendMail'].call(…)`. Hash has a `find` and a `store` of its
    # own, which stand back behind the suite's.
    def toolbox(functions)
      functions.to_a.each do |key, function|
        [key, GymChild.snake(key)].uniq.each { |name| functions.define_singleton_method(name) { |*args| function.call(*args) } }
      end
      functions
    end

    # An error class of the learner's or of Ruby's, else one made for the purpose.
    def error(wire)
      name = wire['name']
      known = name.match?(/\A[A-Z]\w*\z/) && Object.const_defined?(name) ? Object.const_get(name) : nil
      cls = StandardError if name == 'Error'
      cls ||= known.is_a?(Class) && known <= Exception ? known : made_class(name)
      # Without its initialize, whose parameters nobody here knows.
      made = cls.allocate.exception(wire['message'])
      more = (wire['props'] || []).to_h.merge(wire.slice('code', 'cause'))
      more.each { |key, part| define_reader(made, key, dec(part)) }
      made
    end

    def made_class(name)
      Class.new(StandardError) { define_singleton_method(:name) { name } }
    end

    def define_reader(target, key, value)
      target.define_singleton_method(key) { value } if key.match?(/\A[a-z]\w*\z/i)
    end
  end

  # From Ruby's values to tagged JSON. What cannot travel becomes an opaque mark that says its kind.
  class Encoder
    def self.encode(value)
      new.enc(value)
    rescue TooLarge => e
      opaque(e.message)
    rescue StandardError
      opaque('value that cannot be read')
    end

    def self.opaque(kind)
      { '$' => 'opaque', 'v' => kind }
    end

    def initialize
      @nodes = 0
      @above = []
    end

    def enc(value)
      @nodes += 1
      raise TooLarge, 'value with too many parts' if @nodes > MAX_NODES

      case value
      when nil, true, false then value
      when Integer then whole(value)
      when Float then fraction(value)
      when String then text(value)
      when Symbol then text(value.to_s)
      when Time then { '$' => 'date', 'v' => (value.to_r * 1000).to_f }
      else compound(value)
      end
    end

    private

    def compound(value)
      return Encoder.opaque('circular value') if @above.any? { |other| other.equal?(value) }
      return Encoder.opaque('value nested too deeply') if @above.size >= MAX_DEPTH

      @above.push(value)
      part_by_part(value)
    ensure
      @above.pop if @above.last.equal?(value)
    end

    def part_by_part(value)
      case value
      when Array then value.map { |part| enc(part) }
      when Hash then mapping(value)
      when Set then { '$' => 'set', 'v' => value.map { |part| enc(part) } }
      when Struct then mapping(value.to_h)
      when Exception then error(value)
      else Encoder.opaque(kind_of(value))
      end
    end

    def mapping(value)
      pairs = value.map { |key, part| [enc(key), enc(part)] }
      return { '$' => 'map', 'v' => pairs } unless value.keys.all? { |key| key.is_a?(String) || key.is_a?(Symbol) }
      return { '$' => 'o', 'v' => pairs } if pairs.any? { |key, _| ['$', '__proto__'].include?(key) }

      pairs.to_h
    end

    def error(error)
      wire = { '$' => 'err', 'name' => error.class.name.to_s.split('::').last || 'Error', 'message' => words(error.message.to_s) }
      code = error.respond_to?(:code) ? error.code : nil
      own = error.instance_variables.to_h { |name| [name.to_s.delete_prefix('@'), error.instance_variable_get(name)] }
      own = own.except('code', 'message')
      wire['code'] = enc(code) unless code.nil?
      wire['cause'] = enc(error.cause) if error.cause
      wire['props'] = own.map { |key, part| [key, enc(part)] } unless own.empty?
      wire
    end

    def whole(value)
      return value if value.abs <= SAFE

      value.bit_length > MAX_DIGITS * 3.32 ? Encoder.opaque('huge integer') : { '$' => 'big', 'v' => value.to_s }
    end

    def fraction(value)
      return { '$' => 'num', 'v' => 'NaN' } if value.nan?
      return { '$' => 'num', 'v' => value.positive? ? 'Infinity' : '-Infinity' } if value.infinite?

      value.zero? && (1 / value).negative? ? { '$' => 'num', 'v' => '-0' } : value
    end

    # Ruby keeps bytes in strings too; their encoding tells them from text.
    def text(value)
      return { '$' => 'bytes', 'v' => [value].pack('m0') } if value.encoding == Encoding::BINARY

      utf8 = value.encode(Encoding::UTF_8)
      utf8.valid_encoding? ? utf8 : Encoder.opaque('text that is not valid')
    rescue EncodingError
      Encoder.opaque('text that is not valid')
    end

    # Ruby's own messages come in any encoding.
    def words(message)
      utf8 = message.encoding == Encoding::BINARY ? message.dup.force_encoding(Encoding::UTF_8) : message.encode(Encoding::UTF_8, invalid: :replace, undef: :replace)
      utf8.scrub
    end

    def kind_of(value)
      value.respond_to?(:call) ? 'function' : "object of the class #{value.class}"
    end
  end
end
