# Runs tests/**/*_test.rb of the folder given as argument; writes the report named by GYM_REPORT (mutants.ts).
require "json"
require "minitest"
require "minitest/spec"

# A test file may ask for minitest/autorun, as one does by hand; here its tests are run once, below.
def Minitest.autorun; end

# Everything stands in this module: a method at the top would be a method of every object of the tests.
module LearnerTests
  MAX_MESSAGE = 300
  DIFF_HEAD = /\A(--- expected|\+\+\+ actual|@@ )/

  class << self
    def run(folder)
      $LOAD_PATH.unshift(File.join(folder, "tests"), File.join(folder, "src"))
      problems = load_files(folder)
      tests = test_classes.flat_map { |klass| klass.runnable_methods.sort.filter_map { |name| run_test(klass, name) } }
      { tests: tests, loadError: problems.first }
    end

    private

    def load_files(folder)
      Dir.glob("tests/**/*_test.rb", base: folder).sort.filter_map do |file|
        require File.join(folder, file)
        nil
      rescue Exception => error # A SyntaxError or LoadError is no StandardError.
        "#{file}: #{words_of(error).gsub("#{folder}/", "")}"
      end
    end

    def test_classes
      Minitest::Runnable.runnables.select { |runnable| runnable.is_a?(Class) && runnable < Minitest::Test }
    end

    def run_test(klass, method_name)
      failures = klass.new(method_name).run.failures
      return if failures.any? { |failure| failure.is_a?(Minitest::Skip) }

      asserted = failures.find { |failure| !failure.is_a?(Minitest::UnexpectedError) }
      {
        name: "#{klass}##{method_name}", file: file_of(klass, method_name), status: failures.empty? ? "passed" : "failed",
        byAssertion: !asserted.nil?, message: message_of(asserted || failures.first)
      }
    end

    def file_of(klass, method_name)
      File.basename(klass.instance_method(method_name).source_location&.first || "")
    end

    def message_of(failure)
      case failure
      when nil then ""
      when Minitest::UnexpectedError then words_of(failure.error)
      else words_of(failure)
      end
    end

    def words_of(error)
      lines = error.message.to_s.lines.map(&:strip).reject { |line| line.empty? || line.match?(DIFF_HEAD) }
      text = lines.first(3).join(" ")
      (error.is_a?(Minitest::Assertion) ? text : "#{error.class}: #{text}")[0, MAX_MESSAGE]
    end
  end
end

report = ENV.delete("GYM_REPORT")
folder = ARGV.shift
srand(1)
Minitest.seed = 1 if Minitest.respond_to?(:seed=)
File.write(report, JSON.generate(folder => LearnerTests.run(File.expand_path(folder))))
exit!(0) # What a test registered for the end of the process must not rewrite the report.
