# SPDX-License-Identifier: AGPL-3.0-or-later
# frozen_string_literal: true

require "helper"

# valgrind finds no wrong access of the native half, whatever ends a call.
class MemoryTest < Case
  PROGRAM = <<~RUBY
    require "timeout"
    require "#{__dir__}/scheduler"
    sleeping = ->(runtime) { runtime.extract_bytes("60000", mime_type: "mock:sleep") }
    runtime = Libextract::Runtime.new(threads: 1)
    Array.new(3) { Thread.new { sleeping[runtime] } }.tap { sleep 0.3 }.each(&:kill).each(&:join)
    in_fibers = lambda do |&block|
      Thread.new { Fiber.set_scheduler(Scheduler.new) && 5.times { Fiber.schedule(&block) } }
    end
    in_fibers.call { Libextract.extract_bytes("2", mime_type: "mock:sleep") }.join
    in_fibers.call { sleeping[runtime] }.tap { sleep 0.5 }.kill.join
    runtime.close(cancel: true)
    begin
      Timeout.timeout(0.1) { sleeping[Libextract] }
    rescue Timeout::Error
      result = Libextract.extract_file(ARGV[0])
    end
    result.to_h
    Marshal.load(Marshal.dump(result)) == result
    Libextract.each_page(ARGV[1]).next
    Libextract.batch_extract_bytes(["1"] * 50, mime_types: ["mock:empty"] * 50)
    Libextract::Runtime.new(threads: 1).extract_bytes("1", mime_type: "mock:empty")
    3.times { [GC.start, GC.compact] }
    puts "fine"
  RUBY

  def limit
    300
  end

  def command
    ["valgrind", "-q", "--undef-value-errors=no", "--log-file=#{@folder}/valgrind", *super]
  end

  def test_accesses
    skip "--long" unless ENV["XTR_TEST_LONG"]

    said, status = ruby(PROGRAM, PDF, LONG_PDF)
    assert_predicate status, :success?, said
    assert_equal "fine\n", said
    refute_match(/native\.so|libextract\.so/, File.read("#{@folder}/valgrind"))
  end
end
