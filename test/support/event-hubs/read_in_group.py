"""Reads so many events in a group with the official Python SDK, prints their bodies, checkpoints each and leaves.

Arguments: connection string, hub, group, storage connection string, container, expiry in s, number of events.
"""
import sys
import threading

from azure.eventhub import EventHubConsumerClient
from azure.eventhub.extensions.checkpointstoreblob import BlobCheckpointStore

connection_string, hub, group, storage, container, expiry, wanted = sys.argv[1:8]


class PortlessStore(BlobCheckpointStore):
    """Of an emulator, this SDK takes the port for a part of the namespace. In Azure there is none."""

    def list_ownership(self, namespace, *rest, **more):
        return super().list_ownership(namespace.split(":")[0], *rest, **more)

    def list_checkpoints(self, namespace, *rest, **more):
        return super().list_checkpoints(namespace.split(":")[0], *rest, **more)

    def claim_ownership(self, ownerships, **more):
        return super().claim_ownership([portless(each) for each in ownerships], **more)

    def update_checkpoint(self, checkpoint, **more):
        return super().update_checkpoint(portless(checkpoint), **more)


def portless(record):
    return {**record, "fully_qualified_namespace": record["fully_qualified_namespace"].split(":")[0]}


client = EventHubConsumerClient.from_connection_string(
    connection_string,
    group,
    eventhub_name=hub,
    checkpoint_store=PortlessStore.from_connection_string(storage, container),
    load_balancing_interval=0.4,
    load_balancing_strategy="greedy",
    partition_ownership_expiration_interval=float(expiry),
)
left = int(wanted)
one_at_a_time = threading.Lock()


def handle(context, event):
    global left
    with one_at_a_time:
        print(event.body_as_str(), flush=True)
        context.update_checkpoint(event)
        left -= 1
        if left == 0:
            threading.Thread(target=client.close).start()


client.receive(handle, starting_position="-1")
