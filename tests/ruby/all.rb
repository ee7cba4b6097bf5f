# SPDX-License-Identifier: AGPL-3.0-or-later
# frozen_string_literal: true

# All tests of the Ruby gem in one process.
$LOAD_PATH.unshift(__dir__)
Dir["#{__dir__}/test_*.rb"].sort.each { |file| require file }
