# SPDX-License-Identifier: AGPL-3.0-or-later
# frozen_string_literal: true

# Worker processes as Sidekiq's or Puma's: the parent loads everything, forks, and each child works in
# several threads. One line for each document, then the workers end.
#
#   ruby workers.rb report.pdf letter.docx
require "libextract"

PROCESSES = 2
THREADS = 2

def work(paths)
  queue = Queue.new
  paths.each { |path| queue << path }
  queue.close
  threads = Array.new(THREADS) do
    Thread.new do
      while (path = queue.pop)
        result = Libextract.extract_file(path, timeout: 30)
        $stdout.write("#{path}: #{result.pages.size} pages, #{result.content.size} characters\n")
      end
    rescue Libextract::Error => e
      $stdout.write("#{e.message}\n")
      retry
    end
  end
  trap("TERM") { exit } # stops what is at work
  threads.each(&:join)
end

$stdout.sync = true
shares = ARGV.each_slice((ARGV.size / PROCESSES.to_f).ceil)
shares.each { |paths| fork { work(paths) } }
exit Process.waitall.all? { |_, status| status.success? }
