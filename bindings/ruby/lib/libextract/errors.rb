# SPDX-License-Identifier: AGPL-3.0-or-later
# frozen_string_literal: true

require "timeout"

module Libextract
  # What all errors are, besides a class of Ruby's own: one can rescue either.
  #
  #   begin
  #     Libextract.extract_file(path)
  #   rescue Errno::ENOENT
  #     nil
  #   rescue Libextract::Error => e
  #     warn "#{e.message} (#{e.code})"
  #   end
  #
  # There is one class for each kind of errors.def (docs/reference/errors.md).
  module Error
    # @return [Symbol] name of the error, such as :PASSWORD_WRONG
    attr_reader :code
    # @return [Integer] its number: the exit status of the command line
    attr_reader :number
    # @return [Symbol] what it has in common with others of its class, such as :password
    attr_reader :kind
    # @return [Object, nil] what was to be extracted: a path, data or a file
    attr_reader :input
    # @param message [String]
    def initialize(message = nil, code: :INTERNAL, number: 1, kind: :internal, input: nil, errno: nil)
      super(message)
      @message, @code, @number, @kind, @input, @errno = message, code, number, kind, input, errno
    end

    # @return [Integer, nil] of the system call that failed: what `rescue Errno::EISDIR` compares
    def errno
      @errno || (super if defined?(super))
    end

    # @return [String] the message alone, without what SystemCallError puts before it
    def to_s
      @message || super
    end

    # What Marshal writes: of what was to be extracted a path, or what is no longer than one.
    #
    # @return [String]
    def _dump(_level)
      path = @input.respond_to?(:to_path) ? @input.to_path : @input
      Marshal.dump([@message, { code: @code, number: @number, kind: @kind, errno: @errno,
                                input: path.is_a?(String) && path.bytesize <= 4096 ? path : nil }, backtrace])
    end

    # What reads it: a method of each class.
    module Load
      # @return [Error]
      def _load(text)
        message, values, lines = Marshal.load(text)
        new(message, **values).tap { |error| error.set_backtrace(lines) if lines }
      end
    end
  end

  # Kinds whose class is not called like them, and what else a class is.
  names = { argument: "Validation", corrupt: "Parsing", dependency: "MissingDependency",
            unsupported: "UnsupportedFormat" }
  bases = { argument: ArgumentError, not_found: Errno::ENOENT, permission: Errno::EACCES,
            timeout: Timeout::Error, io: IOError }
  table = Native.tables[:errors]
  classes = table.map { |error| error[:kind].to_sym }.uniq.to_h do |kind|
    name = names.fetch(kind) { kind.to_s.split("_").map(&:capitalize).join }
    error = Class.new(bases.fetch(kind, StandardError)) do
      include Error
      extend Error::Load
    end
    [kind, const_set("#{name}Error", error)]
  end
  # By number: code, kind and class.
  ERRORS = Ractor.make_shareable(table.to_h do |error|
    kind = error[:kind].to_sym
    [error[:code], [error[:name].to_sym, kind, classes[kind]]]
  end)
  # What Ruby's own functions say of these.
  ERRNOS = { DIRECTORY: Errno::EISDIR::Errno }.freeze
  private_constant :ERRORS, :ERRNOS

  class << self
    private

    # Called by the native half for an xtr_error.
    def make_error(input, number, errno, message)
      code, kind, error = ERRORS.fetch(number)
      errno = ERRNOS[code] if errno.zero?
      error.new(message.scrub, code: code, number: number, kind: kind, input: input, errno: errno)
    end
  end
end
