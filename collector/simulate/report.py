"""What is said while devices are simulated: a line now and then, and a verdict."""

from __future__ import annotations

from collections.abc import Sequence

from collector.simulate.tally import Delays, Tally

HEADER = (
    "   time  connected  made/s  acked/s  waiting   p50 ms   p99 ms  reconnects\n"
    "-------  ---------  ------  -------  -------  -------  -------  ----------"
)
_NAMED = 10
"""Devices a verdict names; the others are counted."""


def line(elapsed_s: float, tally: Tally, before: Tally, interval_s: float) -> str:
    """Write a line of the table: rates and delays are those since the line before."""
    delays = tally.delays.since(before.delays)
    return (
        f"{_clock(elapsed_s):>7}  {tally.connected:>9,}"
        f"  {(tally.made - before.made) / interval_s:>6,.1f}"
        f"  {(tally.acknowledged - before.acknowledged) / interval_s:>7,.1f}"
        f"  {tally.unacknowledged:>7,}  {_ms(delays, 0.5):>7}  {_ms(delays, 0.99):>7}"
        f"  {tally.reconnects:>10,}"
    )


def verdict(tally: Tally, wrong: Sequence[str]) -> str:
    """Say how it ended.

    Args:
        tally: What was counted, all in all.
        wrong: What is wrong, one sentence for each device.
    """
    delays = tally.delays
    told = (
        f"{tally.devices:,} devices made {tally.made:,} entries, {tally.acknowledged:,} were "
        f"acknowledged, {tally.reconnects:,} reconnects, {tally.faults:,} faults on purpose.\n"
        f"From making an entry to its acknowledgement: p50 {_ms(delays, 0.5)} ms, "
        f"p99 {_ms(delays, 0.99)} ms.\n"
    )
    if tally.refused:
        told += f"{tally.refused:,} connections were refused, the last: {tally.last_refusal}.\n"
    if not wrong:
        return f"{told}Every device's watermark is its head. gaps 0 · forks 0"
    named = "\n".join(f"  {sentence}" for sentence in wrong[:_NAMED])
    more = f"\n  and {len(wrong) - _NAMED:,} more" if len(wrong) > _NAMED else ""
    return f"{told}Not well:\n{named}{more}"


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def _ms(delays: Delays, share: float) -> str:
    found = delays.quantile(share)
    return "–" if found is None else f"{found * 1000:,.1f}"
