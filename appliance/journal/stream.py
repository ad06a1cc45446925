"""The wire's logic without a wire: the same sender and receiver at both ends, in both directions.

Upward the device sends its journal and the collector answers with an *ack*; downward the collector
sends the directory and the device answers with a *want*. Ack and want are the same message: the
watermark of the highest epoch the receiver holds, see `Watermark.to_json`.

The sender sends again whatever lies above the receiver's watermark, so nothing depends on what the
network, the broker or either end forgets. Time is passed in as seconds of a monotonic clock.
"""

from appliance.journal.receiver import Keeper, Receipt, Receiver, Spoiled
from appliance.journal.sender import Pace, Sender, Source

__all__ = ["Keeper", "Pace", "Receipt", "Receiver", "Sender", "Source", "Spoiled"]
