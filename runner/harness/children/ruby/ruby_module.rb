# frozen_string_literal: true

# Runs in the child: loads the learner's Ruby file and answers calls over fd 3 (in) and fd 4 (out), one JSON frame a
# line (node-module.mjs is its sibling). stdout and stderr stay the learner's. Nothing here is trusted by the other side.

require 'json'
require_relative 'ruby_module_values'

module GymChild
  # What the suite asked for is not there: no error of the learner's code, and never taken for one.
  class Absent < StandardError
    attr_reader :what

    def initialize(what, message)
      super(message)
      @what = what
    end
  end

  # Answers calls: one at a time on the main thread, as in a program; those that overlap get threads of their own.
  class Calls
    def initialize
      @in = IO.new(3, 'rb')
      @out = IO.new(4, 'wb')
      @out.sync = true
      @sending = Mutex.new
      @state = Mutex.new
      @jobs = Queue.new
      @awaiting = {}
      @last_callback = 0
      @main_is_free = true
      @handles = []
      @main = TOPLEVEL_BINDING.receiver
    end

    def run
      Thread.new { read }
      loop { answer(@jobs.pop, true) }
    end

    private

    def read
      while (line = @in.gets("\n"))
        receive(JSON.parse(line, max_nesting: false, create_additions: false))
      end
    ensure
      # The other side is gone: a child must never outlive the run it belongs to.
      Process.exit!(0)
    end

    def receive(frame)
      return @state.synchronize { @awaiting.delete(frame['call']) }&.push(frame) if frame['t'] == 'answer'

      to_main = @state.synchronize do
        free = @main_is_free
        @main_is_free = false
        free
      end
      to_main ? @jobs.push(frame) : Thread.new { answer(frame, false) }
    end

    def answer(frame, on_main)
      reply = outcome(frame)
      # What was printed during a call is out before its answer: a flood is then seen in time.
      flush
      @state.synchronize { @main_is_free = true } if on_main
      send_frame({ t: 'reply', id: frame['id'] }.merge(reply))
    end

    def outcome(frame)
      args = Decoder.new(method(:suite_function)).dec(frame['args'] || [])
      { ok: true, value: Encoder.encode(act(frame, args)) }
    rescue Absent => e
      { ok: false, absent: e.message, what: e.what }
    rescue SystemExit => e
      flush
      Process.exit!(e.status)
    rescue Exception => e # rubocop:disable Lint/RescueException -- whatever the learner's code throws is an answer.
      { ok: false, value: Encoder.encode(e) }
    end

    def act(frame, args)
      case frame['t']
      when 'load' then load_file(frame['path'])
      when 'call' then exported(frame['name']).call(*args)
      when 'create' then keep(exported(frame['name']).call(*args))
      when 'construct' then keep(named_class(frame['name']).new(*args))
      when 'method' then public_method_of(@handles[frame['handle']], frame['name']).call(*args)
      when 'get' then public_method_of(@handles[frame['handle']], frame['name']).call
      when 'leftovers' then [] # A thread does not keep a Ruby program from ending.
      end
    end

    def load_file(path)
      $LOAD_PATH.unshift(File.dirname(path))
      $PROGRAM_NAME = path
      require path
      nil
    end

    # A method that the learner's file defines at its top level. Kernel has many of its own (open, test, format), so
    # answering to the name is not enough.
    def exported(name)
      found = [GymChild.snake(name), name].find do |candidate|
        Object.private_method_defined?(candidate, false) || Object.public_method_defined?(candidate, false) || @main.singleton_methods(false).include?(candidate.to_sym)
      end
      raise Absent.new('export', "The file has no method \"#{GymChild.snake(name)}\" at its top level.") unless found

      @main.method(found)
    end

    def named_class(name)
      found = Object.const_get(name) if Object.const_defined?(name)
      raise Absent.new('export', "The file has no class \"#{name}\".") unless found.is_a?(Class)

      found
    rescue NameError
      raise Absent.new('export', "The file has no class \"#{name}\".")
    end

    def public_method_of(target, name)
      found = [GymChild.snake(name), name].find { |candidate| target.respond_to?(candidate) }
      raise Absent.new('method', "There is no method \"#{GymChild.snake(name)}\".") unless found

      target.public_method(found)
    end

    def keep(value)
      @handles.push(value).size - 1
    end

    # A function of the suite's: calling it waits for the suite's answer.
    def suite_function(number)
      lambda do |*args|
        reply = Queue.new
        call = @state.synchronize { (@last_callback += 1).tap { |id| @awaiting[id] = reply } }
        send_frame({ t: 'callback', call: call, fn: number, value: Encoder.encode(args) })
        answer = reply.pop
        value = Decoder.new(method(:suite_function)).dec(answer['value'])
        raise value if value.is_a?(Exception) && !answer['ok']
        raise value.to_s unless answer['ok']

        value
      end
    end

    def send_frame(frame)
      line = JSON.generate(frame, max_nesting: false)
      line = JSON.generate(frame.merge(value: { '$' => 'opaque', 'v' => 'value larger than 1 MB' })) if line.bytesize >= MAX_FRAME && frame.key?(:value)
      @sending.synchronize { @out.write("#{line}\n") }
    end

    def flush
      [$stdout, $stderr].each(&:flush)
    rescue StandardError
      nil # Closed or replaced by the learner.
    end
  end
end

GymChild::Calls.new.run
