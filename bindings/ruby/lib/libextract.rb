# SPDX-License-Identifier: AGPL-3.0-or-later
# frozen_string_literal: true

require "libextract/native"
require_relative "libextract/errors"
require_relative "libextract/results"
require_relative "libextract/config"
require_relative "libextract/detection"
require_relative "libextract/dispatcher"
require_relative "libextract/extraction"
require_relative "libextract/runtime"

# Text, Markdown, tables and metadata from any document.
#
#   Libextract.extract_file("report.pdf", format: :markdown, pages: 1..3).content
#
# Options are keyword arguments, or an {ExtractionConfig}; durations are seconds. Every error is a
# {Error} and, where Ruby has one, of its own class: Errno::ENOENT, Timeout::Error, ArgumentError.
#
# A call keeps no other thread from running; Thread#kill, Timeout.timeout and Ctrl-C stop what it
# does. Under a Fiber scheduler it keeps no other fiber from running.
module Libextract
  extend Extraction
  extend Detection
  private_constant :Native, :FIELDS
end
