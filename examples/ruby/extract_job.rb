# SPDX-License-Identifier: AGPL-3.0-or-later
# frozen_string_literal: true

require "active_job"
require "libextract"

# A job of ActiveJob that writes the Markdown of a document beside it.
#
#   ExtractJob.perform_later("report.pdf")
#
# Strangers' documents are read in a sandbox, and get a minute. What will fail again is not tried
# again; while a worker shuts down, Sidekiq's Shutdown (an exception in this thread) stops the
# extraction at once.
class ExtractJob < ActiveJob::Base
  retry_on Libextract::BusyError, Libextract::MemoryError, wait: 5, attempts: 3
  discard_on(Libextract::Error) { |job, error| job.logger.warn("#{job.arguments.first}: #{error.code}") }
  discard_on Errno::ENOENT, Libextract::PasswordError

  def perform(path)
    result = Libextract.extract_file(path, format: :markdown, timeout: 60, isolation: :process)
    logger.warn(result.warnings.map(&:message).join("; ")) if result.partial?
    File.write("#{path}.md", result.content)
  end
end
