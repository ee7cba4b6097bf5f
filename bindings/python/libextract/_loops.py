# SPDX-License-Identifier: AGPL-3.0-or-later
"""Event loops: how each learns that jobs are done.

asyncio's and uvloop's watch the descriptor of a completion queue. A loop that cannot watch one has a
thread that does, and that calls the loop once for all that is done. trio watches it in a system
task; what is awaited there is a coroutine that stands for the job."""
import logging
import select
import sys
import threading
import weakref


def attach(loop, completions):
    """A new Loop of the native half shall be drained by its event loop."""
    if isinstance(loop, _Trio):
        return
    try:
        loop.add_reader(completions.fileno(), completions.drain)
    except NotImplementedError:
        threading.Thread(target=_watch, args=(weakref.ref(completions), loop), daemon=True,
                         name="libextract-loop").start()


def _watch(completions, loop):
    drained = threading.Event()

    def drain():
        queue = completions()
        if queue is not None:
            queue.drain()
        drained.set()

    while not loop.is_closed():
        queue = completions()
        if queue is None:
            return
        readable = select.poll()
        readable.register(queue.fileno(), select.POLLIN)
        del queue
        if not readable.poll(500):
            continue
        drained.clear()
        try:
            loop.call_soon_threadsafe(drain)
        except RuntimeError:
            return  # it was closed
        drained.wait(1)


def delegate(job):
    """The coroutine that stands for a job awaited where asyncio does not run."""
    trio = sys.modules.get("trio")
    if trio is not None:
        try:
            trio.lowlevel.current_task()
        except RuntimeError:
            pass
        else:
            return _await_in_trio(trio, job)
    raise RuntimeError("no running event loop: await this in a coroutine of asyncio or trio, or call "
                       "the function whose name ends in _sync")


class _Trio:
    """A run of trio, as far as the native half takes it for a loop."""

    def __init__(self, trio):
        self.closed = False
        self.task = trio.lowlevel.current_root_task()

    def call_soon(self, callback, job, context=None):
        callback(job)

    def is_closed(self):
        return self.closed


async def _await_in_trio(trio, job):
    from . import _libextract

    completions = _trio_completions(trio, _libextract)
    await trio.lowlevel.checkpoint_if_cancelled()
    job._bind(completions)
    if not job.done():
        task = trio.lowlevel.current_task()
        job.add_done_callback(lambda _: trio.lowlevel.reschedule(task) if waiting else None)
        waiting = True

        def abort(_raise):
            nonlocal waiting
            waiting = False
            job.cancel()
            return trio.lowlevel.Abort.SUCCEEDED

        await trio.lowlevel.wait_task_rescheduled(abort)
    else:
        await trio.lowlevel.cancel_shielded_checkpoint()
    return job.result()


_runs = threading.local()


def _trio_completions(trio, native):
    run = getattr(_runs, "run", None)
    if run is None or run.closed or run.task is not trio.lowlevel.current_root_task():
        run = _runs.run = _Trio(trio)
        run.completions = native.loop_of(run)
        trio.lowlevel.spawn_system_task(_pump, trio, run)
    return run.completions


async def _pump(trio, run):
    try:
        while True:
            await trio.lowlevel.wait_readable(run.completions.fileno())
            while run.completions.drain():
                await trio.lowlevel.checkpoint()
    finally:
        run.closed = True


INTERVAL = 0.05  # seconds between two looks at the progress


def tell(job, on_progress, loop):
    """From now on the progress of a job is told, from its event loop, when it has changed."""
    last = None

    def tick(_=None):
        nonlocal last
        progress = job.progress
        if progress != last and not job.cancelled():
            last = progress
            on_progress(progress)

    def ticks():
        if not job.done():
            loop.call_later(INTERVAL, ticks)
            tick()

    if isinstance(loop, _Trio):
        sys.modules["trio"].lowlevel.spawn_system_task(_tell_in_trio, job, tick)
    else:
        loop.call_later(INTERVAL, ticks)
        job.add_done_callback(tick)


async def _tell_in_trio(job, tick):
    while True:
        try:
            tick()
        except Exception:
            logging.getLogger("libextract").exception("on_progress failed")
        if job.done():
            return
        await sys.modules["trio"].sleep(INTERVAL)
