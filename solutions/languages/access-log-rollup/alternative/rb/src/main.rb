require "json"
require "strscan"

# Walks over one line with the standard library's StringScanner; nil as soon as a piece does not fit.
class LogLine
  attr_reader :key, :status, :bytes

  def self.parse(text)
    line = new(StringScanner.new(text))
    line if line.scan
  end

  def initialize(scanner)
    @scanner = scanner
  end

  def scan
    words(3) && time && request && status! && bytes! && quoted && space && quoted && @scanner.eos?
  end

  private

  def words(number) = number.times.all? { @scanner.skip(/[^ ]+ /) }
  def time = @scanner.skip(/\[[^\]]*\] /)
  def space = @scanner.skip(/ /)

  def quoted
    return unless @scanner.skip(/"/)

    from = @scanner.pos
    @scanner.skip(/[^"\\]+|\\./) until @scanner.eos? || @scanner.check(/"|\\\z/)
    text = @scanner.string.byteslice(from...@scanner.pos)
    text if @scanner.skip(/"/)
  end

  def request
    method, rest = quoted&.split(/ /, 2)
    target, _, protocol = rest.to_s.rpartition(" ")
    return if target.empty? || !method.match?(/\A[A-Z]+\z/) || !protocol.match?(%r{\AHTTP/.})

    @key = "#{method} #{target[/\A[^?]*/]}"
    space
  end

  def status!
    @status = @scanner.scan(/\d{3}(?= )/)&.to_i
    @status && space
  end

  def bytes!
    @bytes = @scanner.scan(/(?:\d+|-)(?= )/)&.to_i # "-".to_i is 0
    @bytes && space
  end
end

hits = bytes = skipped = 0
server_errors = Hash.new(0)

while (text = $stdin.gets(chomp: true))
  if (line = LogLine.parse(text))
    hits += 1
    bytes += line.bytes
    server_errors[line.key] += 1 if line.status / 100 == 5
  else
    skipped += 1
  end
end

puts({ hits: hits, bytes: bytes, skipped: skipped, serverErrors: server_errors }.to_json)
