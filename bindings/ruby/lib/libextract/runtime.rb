# SPDX-License-Identifier: AGPL-3.0-or-later
# frozen_string_literal: true

module Libextract
  # Threads of your own for extractions, apart from the shared ones.
  #
  #   Libextract::Runtime.open(threads: 2) do |runtime|
  #     runtime.each_document(paths) { |item| puts item.input }
  #   end
  #
  # Has the functions of {Libextract} as methods. Belongs to the Ractor that made it, and to no
  # forked child.
  class Runtime
    include Extraction

    # Limits are 0 for none.
    #
    # @param threads [Integer] jobs at once; 0 is one a processor
    # @param queue [Integer] how many may wait
    # @param max_bytes [Integer] how many bytes of input may wait or be at work
    # @param jobs_per_second [Numeric] how many start in a second
    # @param when_full [:wait, :refuse] what happens to a call for one document that finds queue or
    #   max_bytes reached: it waits for its turn, or raises BusyError
    # @raise [ValidationError]
    def initialize(threads: 0, queue: 0, max_bytes: 0, jobs_per_second: 0, when_full: :wait)
      unless [:wait, :refuse, "wait", "refuse"].include?(when_full)
        raise ArgumentError, "when_full is :wait or :refuse, not #{when_full.inspect}"
      end
      open(threads, queue, max_bytes, jobs_per_second, when_full.to_sym == :refuse)
    end

    # Makes a runtime for a block. Its end waits for the jobs or, after an exception, cancels them.
    #
    # @yieldparam runtime [Runtime]
    # @return [Object] what the block returns
    def self.open(**limits)
      runtime = new(**limits)
      done = false
      result = yield runtime
      done = true
      result
    ensure
      runtime&.close(cancel: !done)
    end

    # Waits for the jobs, or cancels them, and ends the threads. Later calls raise ClosedError.
    #
    # @param cancel [Boolean]
    # @return [nil]
    def close(cancel: false)
      self.end(cancel)
    end

    # @return [String]
    def inspect
      "#<#{self.class}>"
    end
  end
end
