# SPDX-License-Identifier: AGPL-3.0-or-later
# frozen_string_literal: true

require "timeout"
require_relative "libextract/native"

# Text, Markdown, tables and metadata from any document.
#
#   Libextract.extract_file("report.pdf", format: :markdown, pages: "1-3").content
#
# Options are keyword arguments; durations are seconds. Every error is a Libextract::Error and,
# where Ruby has one, of its own class: Errno::ENOENT, Timeout::Error, ArgumentError.
module Libextract
  RECORDS = {} # the class of each object of a result
  class << self
    private

    # Called by the visitor for each object, of a result or of the tables.
    def record(type, data)
      RECORDS.key?(type) ? RECORDS[type].new(data) : data
    end
  end

  all = tables
  OPTIONS = all[:options].to_h { |option| [option[:name].to_sym, option[:type].to_sym] }.freeze
  private_constant :RECORDS, :OPTIONS
  private_class_method :tables

  # What all errors are: code (:PASSWORD_WRONG), number and kind of errors.def.
  module Error
    attr_reader :code, :number, :kind, :path

    def initialize(message = nil, code: :INTERNAL, number: 1, kind: :internal, path: nil)
      super(message)
      @message, @code, @number, @kind, @path = message, code, number, kind, path
    end

    # Not what SystemCallError puts before it.
    def to_s
      @message || super
    end
  end

  camel = ->(name) { name.to_s.split("_").map(&:capitalize).join }
  names = { argument: "Validation", corrupt: "Parsing", dependency: "MissingDependency",
            unsupported: "UnsupportedFormat" }
  bases = { argument: ArgumentError, not_found: Errno::ENOENT, permission: Errno::EACCES,
            timeout: Timeout::Error, io: IOError }
  classes = all[:errors].map { |error| error[:kind].to_sym }.uniq.to_h do |kind|
    error = Class.new(bases.fetch(kind, StandardError)) { include Error }
    [kind, const_set("#{names.fetch(kind) { camel[kind] }}Error", error)]
  end
  ERRORS = all[:errors].to_h do |error|
    kind = error[:kind].to_sym
    [error[:code], [error[:name].to_sym, kind, classes[kind]].freeze]
  end.freeze
  private_constant :ERRORS

  # A result or a part of one: frozen, with a reader for each field, nil when there is nothing to say.
  class Record
    def initialize(data)
      @data = data
      freeze
    end

    def [](name)
      @data[name.to_sym]
    end

    # Everything, as hashes and arrays.
    def to_h
      @data.transform_values { |value| plain(value) }
    end

    def ==(other)
      other.class == self.class && other.to_h == to_h
    end

    def inspect
      "#<#{self.class} #{@data.keys.join(" ")}>"
    end

    private

    def plain(value)
      case value
      when Array then value.map { |item| plain(item) }
      when Record then value.to_h
      else value
      end
    end
  end

  all[:fields].group_by { |field| field[:object].to_sym }.each do |object, fields|
    record = RECORDS[object] = const_set(camel[object], Class.new(Record))
    fields.each { |field| record.class_eval("def #{field[:name]} = @data[:#{field[:name]}]", __FILE__, __LINE__) }
  end
  RECORDS.freeze

  class << self
    # Extracts a file. Other threads run meanwhile; Thread#kill and Timeout stop the extraction.
    def extract_file(path, **options)
      outcome = run(path, pairs(options))
      return outcome unless outcome.is_a?(Array)

      number, _errno, message = outcome
      code, kind, error = ERRORS.fetch(number)
      raise error.new(message, code: code, number: number, kind: kind, path: path)
    end
    alias extract_file_sync extract_file

    private

    # Keyword arguments as [[name, text or integer], ...].
    def pairs(options)
      options.flat_map do |name, value|
        type = OPTIONS[name]
        next [[name.to_s, ""]] unless type
        next [] if value.nil?

        (type == :list ? Array(value) : [value]).map { |item| [name.to_s, scalar(name, type, item)] }
      end
    end

    def scalar(name, type, value)
      case value
      when String, Symbol then return value.to_s.encode(Encoding::UTF_8)
      when true, false then return value ? 1 : 0 if type == :boolean
      when Numeric
        # Seconds; however short, not 0, which means for ever.
        value = value.to_f.finite? ? (value * 1000 - 1e-6).ceil : 2**63 if type == :duration
        return value.clamp(-2**63, 2**63 - 1) if value.is_a?(Integer) && type != :boolean
      end
      raise TypeError, "option '#{name}' cannot be a #{value.class}"
    end
  end
end
