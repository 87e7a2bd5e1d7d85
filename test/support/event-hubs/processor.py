"""A processor of the official Python SDK. Arguments: connection string, hub, group, storage connection string, container, expiry in s."""
import sys

from azure.eventhub import EventHubConsumerClient
from azure.eventhub.extensions.checkpointstoreblob import BlobCheckpointStore

connection_string, hub, group, storage, container, expiry = sys.argv[1:7]


def say(word, context):
    print(word, context.partition_id, flush=True)


EventHubConsumerClient.from_connection_string(
    connection_string,
    group,
    eventhub_name=hub,
    checkpoint_store=BlobCheckpointStore.from_connection_string(storage, container),
    load_balancing_interval=0.4,
    load_balancing_strategy="greedy",
    partition_ownership_expiration_interval=float(expiry),
).receive(
    lambda context, event: None,
    on_partition_initialize=lambda context: say("open", context),
    on_partition_close=lambda context, reason: say("close", context),
    on_error=lambda context, error: None,
)
