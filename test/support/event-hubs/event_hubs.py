"""Talks to a hub with the official Python SDK and prints what it sees. Arguments: connection string, hub."""
import sys
import threading

from azure.eventhub import EventData, EventHubConsumerClient, EventHubProducerClient

connection_string, hub = sys.argv[1:3]
retries = {"retry_total": 1, "retry_backoff_factor": 0.1}


def say(*words):
    print(*words, flush=True)


def text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


def client():
    return EventHubConsumerClient.from_connection_string(connection_string, "$Default", eventhub_name=hub, **retries)


with EventHubProducerClient.from_connection_string(connection_string, eventhub_name=hub, **retries) as producer:
    properties = producer.get_eventhub_properties()
    say("hub", properties["eventhub_name"], ",".join(properties["partition_ids"]))
    batch = producer.create_batch(partition_key="k1")
    batch.add(EventData("one"))
    two = EventData("two")
    two.properties = {"count": 7}
    two.message_id = "m2"
    batch.add(two)
    producer.send_batch(batch)
    producer.send_batch([EventData("three")], partition_id="2")
    say("last", producer.get_partition_properties("2")["last_enqueued_sequence_number"])

reader = client()
seen = 0


def on_event(context, event):
    global seen
    count = event.properties.get(b"count") if event.properties else None
    say(
        "event", context.partition_id, event.sequence_number, text(event.partition_key), event.body_as_str(), count,
        text(event.message_id), context.last_enqueued_event_properties["sequence_number"],
    )
    seen += 1
    if seen == 3:
        threading.Thread(target=reader.close).start()


reader.receive(on_event, starting_position="-1", track_last_enqueued_event_properties=True)

first, second = client(), client()
reading, stolen = threading.Event(), threading.Event()


def lost(context, error):
    if stolen.is_set():
        return
    stolen.set()
    condition = getattr(error, "error", None) or str(error)
    say("stolen", "amqp:link:stolen" if "getting disconnected" in str(error) else condition)
    threading.Thread(target=first.close).start()


def steal():
    reading.wait(30)
    second.receive(lambda *_: None, partition_id="2", starting_position="@latest", owner_level=2)


thief = threading.Thread(target=steal, daemon=True)
thief.start()
first.receive(lambda *_: reading.set(), on_error=lost, partition_id="2", starting_position="-1", owner_level=1)
second.close()
thief.join(30)
