# SPDX-License-Identifier: AGPL-3.0-or-later
# frozen_string_literal: true

module Libextract
  # A kind of document that this build can extract; `yields` says what may come out of it ("text", "tables", ...).
  Format = Struct.new(:name, :title, :mime_types, :yields)

  # Types of documents, and what this build and machine offer: functions of {Libextract}.
  module Detection
    # The MIME type of data in memory.
    #
    #   Libextract.detect_mime_type("%PDF-1.7") # => "application/pdf"
    #
    # @param data [String, IO, StringIO]
    # @return [String]
    def detect_mime_type(data)
      Native.detect(data, false)
    end

    # The MIME type of a file, by its content and name; by its name alone when it need not exist.
    #
    #   Libextract.detect_mime_type_from_path("x.docx", check_exists: false)
    #
    # @param path [String, Pathname]
    # @return [String, nil] nil when the name alone says nothing
    def detect_mime_type_from_path(path, check_exists: true)
      path = path.to_path if path.respond_to?(:to_path)
      return Native.mime_of_name(path) unless check_exists

      # A pipe may never end: Ruby can stop to read it.
      stat = File.exist?(path) && File.stat(path)
      return Native.detect(path, true) if !stat || stat.file? || stat.directory?

      File.open(path, "rb") { |file| Native.detect(file, true) }
    end

    # The MIME type, when this build can extract it.
    #
    #   Libextract.validate_mime_type("Application/PDF") # => "application/pdf"
    #
    # @param mime_type [String]
    # @return [String]
    # @raise [UnsupportedFormatError] when it cannot
    def validate_mime_type(mime_type)
      plain = mime_type.split(";").first.to_s.strip.downcase
      return plain if list_supported_formats.any? { |format| format.mime_types.include?(plain) }

      raise UnsupportedFormatError.new("no extractor for #{mime_type}", code: :UNSUPPORTED, number: 7,
                                                                        kind: :unsupported)
    end

    # The extensions of a MIME type without dots, the usual one first; empty when it is unknown.
    #
    #   Libextract.get_extensions_for_mime("application/pdf") # => ["pdf"]
    #
    # @param mime_type [String]
    # @return [Array<String>]
    def get_extensions_for_mime(mime_type)
      Native.extensions_of_mime(mime_type)
    end

    # What this build can extract.
    #
    #   Libextract.list_supported_formats.map(&:name)
    #
    # @return [Array<Format>]
    def list_supported_formats
      Native.formats.map { |format| Format.new(*format).freeze }
    end

    # What this build and machine offer: versions, recognition languages, sandbox.
    #
    #   Libextract.doctor[:sandbox]
    #
    # @return [Hash]
    def doctor
      Native.doctor
    end
  end
end
