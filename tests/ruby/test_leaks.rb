# SPDX-License-Identifier: AGPL-3.0-or-later
# frozen_string_literal: true

require "helper"

# 100 000 calls, and those that fail, are stopped or left behind, leave no memory behind.
class LeaksTest < Case
  CASES = {
    called: ['Libextract.extract_bytes("1", mime_type: "mock:empty").content', 100_000],
    failed: ['Libextract.extract_file("/no/such/file") rescue nil', 20_000],
    misused: ['Libextract.extract_bytes("1", max_pagez: 1) rescue nil', 20_000],
    stopped: ['Thread.new { Libextract.extract_bytes("60000" + " " * 100, mime_type: "mock:sleep") }.tap { sleep 0.0002 }.kill.join', 3000],
    batches: ['Libextract.batch_extract_bytes(["1"] * 100, mime_types: ["mock:empty"] * 100)', 500],
    pages: ['Libextract.each_page("three", mime_type: "mock:pages") { break }', 3000],
    read: ["result = Libextract.extract_file(PDF); result.to_h; result.elements; result.to_json", 1000]
  }.freeze

  PROGRAM = <<~RUBY
    PDF = ARGV.shift
    Dir.chdir(ARGV.shift)
    def rss
      5.times { GC.start }
      File.read("/proc/self/statm").split[1].to_i * 4
    end
    File.write("three", "3")
    run = eval("proc { |n| n.times { \#{ARGV[0]} } }")
    count = ARGV[1].to_i
    run.call(count / 3)
    before = rss
    run.call(count)
    puts rss - before
  RUBY

  def limit
    120
  end

  CASES.each do |name, (code, count)|
    define_method("test_#{name}") do
      said, status = ruby(PROGRAM, PDF, @folder, code, count.to_s)
      assert_predicate status, :success?, said
      assert_operator said.lines.last.to_i, :<, 4000, "KB grown in #{count} calls"
    end
  end
end
