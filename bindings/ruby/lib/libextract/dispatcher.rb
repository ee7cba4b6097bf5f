# SPDX-License-Identifier: AGPL-3.0-or-later
# frozen_string_literal: true

module Libextract
  module Native
    # Wakes the fibers of a Ractor whose extractions are done, from a thread of its own: threads of
    # the pool touch nothing of Ruby's.
    class Dispatcher
      class << self
        # The one of this Ractor. Made anew when its thread is gone: in a forked child, or killed with all others.
        def current
          ours = Ractor.current[:libextract_dispatcher]
          ours = Ractor.current[:libextract_dispatcher] = create.start unless ours&.alive?
          ours
        end
      end

      # Begins to wake them.
      #
      # @return [Dispatcher] itself
      def start
        @thread = Thread.new do
          run
        rescue StandardError
          retry # a scheduler that is closed wakes no fiber; others do
        end
        @thread.name = "libextract"
        self
      end

      # @return [Boolean] whether its thread is there
      def alive?
        @thread.alive?
      end
    end
  end
end
