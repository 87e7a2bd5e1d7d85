"""One task each, with librdkafka's settings as they are unless the task is about one of them. See ClientWork.java."""

import time

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

PATIENCE_S = 20


def run(common, verb, words):
    if verb == "produce":
        topic, compression, start, count, *settings = words
        given = dict(setting.replace("\\n", "\n").split("=", 1) for setting in settings)
        return produce(common | given, topic, compression, int(start), int(count))
    if verb == "read":
        return read(common, words[0], words[1], int(words[2]))
    if verb == "transact":
        return transact(common, *words)
    raise ValueError(verb)


def produce(common, topic, compression, start, count):
    """Writes the numbers from `start` on, `count` of them, with keys and a header."""
    failures = []
    producer = Producer({**common, "compression.type": compression})

    def delivered(error, _):
        if error is not None:
            failures.append(error)

    for n in range(start, start + count):
        headers = {"n": str(n).encode()}
        producer.produce(topic, key=f"key-{n % 7}", value=str(n), headers=headers, on_delivery=delivered)
    left = producer.flush(PATIENCE_S)
    if failures or left:
        raise RuntimeError(f"{left} not written, {failures}")
    return ""


def read(common, topic, group, count):
    """Reads `count` committed records from where the group stands, and leaves with the position committed."""
    consumer = Consumer({**common, "group.id": group, "auto.offset.reset": "earliest"})
    consumer.subscribe([topic])
    values = []
    end = time.monotonic() + PATIENCE_S
    while len(values) < count and time.monotonic() < end:
        message = consumer.poll(0.1)
        if message is None:
            continue
        if message.error():
            raise KafkaException(message.error())
        values.append(checked(message))
    consumer.close()
    return " ".join(values)


def checked(message):
    value = message.value().decode()
    if not message.headers():
        return value
    n = int(dict(message.headers())["n"])
    if message.key().decode() == f"key-{n % 7}" and value == str(n):
        return value
    return f"damaged:{message.key()}:{n}:{value}"


def transact(common, topic, name):
    """One transaction is committed with offsets, one aborted, one left open and fenced by a successor, which commits."""
    settings = {**common, "transactional.id": name}
    first = Producer(settings)
    first.init_transactions(PATIENCE_S)
    first.begin_transaction()
    first.produce(topic, "committed")
    member = Consumer({**common, "group.id": name})
    offsets = [TopicPartition(topic, 0, 5, metadata="by transaction")]
    first.send_offsets_to_transaction(offsets, member.consumer_group_metadata(), PATIENCE_S)
    first.commit_transaction(PATIENCE_S)
    member.close()
    first.begin_transaction()
    first.produce(topic, "aborted")
    first.abort_transaction(PATIENCE_S)
    first.begin_transaction()
    first.produce(topic, "left open")
    first.flush(PATIENCE_S)
    second = Producer(settings)
    second.init_transactions(PATIENCE_S)
    second.begin_transaction()
    second.produce(topic, "successor")
    second.commit_transaction(PATIENCE_S)
    try:
        first.commit_transaction(PATIENCE_S)
        fenced = "not fenced"
    except KafkaException as error:
        fenced = "fenced" if error.args[0].fatal() else f"failed with {error}"
    return f"committed aborted {fenced}"
