# SPDX-License-Identifier: AGPL-3.0-or-later
# frozen_string_literal: true

require "active_storage"
require "active_storage/analyzer"
require "libextract"

# An analyzer of ActiveStorage: title, pages and the beginning of the text of each document that is
# attached, for the blob's metadata.
#
#   # config/initializers/active_storage.rb
#   Rails.application.config.active_storage.analyzers.append DocumentAnalyzer
class DocumentAnalyzer < ActiveStorage::Analyzer
  EXCERPT = 1000

  def self.accept?(blob)
    Libextract.validate_mime_type(blob.content_type.to_s) && !blob.content_type.start_with?("image/")
  rescue Libextract::UnsupportedFormatError
    false
  end

  def metadata
    download_blob_to_tempfile do |file|
      result = Libextract.extract_file(file, mime_type: blob.content_type, timeout: 30, isolation: :process)
      { title: result.metadata["title"], pages: result.pages.size, excerpt: result.content[0, EXCERPT] }.compact
    end
  rescue Libextract::Error => e
    { unreadable: e.code.to_s }
  end
end
