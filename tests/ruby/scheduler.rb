# SPDX-License-Identifier: AGPL-3.0-or-later
# frozen_string_literal: true

require "timeout"

# A Fiber scheduler that is as small as one can be: it sleeps, blocks, wakes and times out.
class Scheduler
  def initialize
    @mutex = Mutex.new
    @woken = []     # fibers, by any thread
    @blocked = {}   # fibers
    @timers = []    # [time, fiber, exception or nil]
    @read, @write = IO.pipe
    @running = 0
  end

  def fiber(&block)
    Fiber.new(blocking: false) do
      @running += 1
      block.call
    ensure
      @running -= 1
    end.tap(&:resume)
  end

  def block(_blocker, timeout = nil)
    timer = at(timeout) if timeout
    @blocked[Fiber.current] = true
    Fiber.yield
  ensure
    @timers.delete(timer)
    @blocked.delete(Fiber.current)
  end

  def unblock(_blocker, fiber)
    @mutex.synchronize { @woken << fiber }
    @write.write_nonblock(".", exception: false)
  end

  def kernel_sleep(duration = nil)
    block(:sleep, duration)
  end

  def timeout_after(duration, error, *arguments)
    timer = at(duration, error.new(*arguments))
    yield
  ensure
    @timers.delete(timer)
  end

  def io_wait(io, events, timeout)
    thread = Thread.new { io.wait(events, timeout) }
    thread.value
  end

  def close
    turn while @running.positive?
    [@read, @write].each(&:close)
  end

  private

  def now
    Process.clock_gettime(Process::CLOCK_MONOTONIC)
  end

  def at(duration, error = nil)
    [now + duration, Fiber.current, error].tap { |timer| @timers << timer }
  end

  def turn
    # Not for long: a forked child may have read what was for us.
    wait = (@timers.map(&:first).min || now + 1).then { |time| (time - now).clamp(0, 0.05) }
    @read.read_nonblock(1000, exception: false) if IO.select([@read], nil, nil, wait)
    @mutex.synchronize { @woken.slice!(0..) }.each { |fiber| fiber.resume if @blocked[fiber] }
    due, @timers = @timers.partition { |time, _, _| time <= now }
    due.each { |_, fiber, error| error ? fiber.raise(error) : fiber.resume if fiber.alive? }
  end
end
