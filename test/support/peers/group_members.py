"""Members of groups in librdkafka. Speaks the language of GroupMembers.java beside this file. Argument: bootstrap."""

import sys
import threading

from confluent_kafka import Consumer, KafkaError, KafkaException

lock = threading.Lock()


class Member(threading.Thread):
    def __init__(self, name, topic, assignors):
        super().__init__()
        self.name = name
        self.topic = topic
        self.leaving = threading.Event()
        self.consumer = Consumer({
            "bootstrap.servers": sys.argv[1],
            "group.id": topic,
            "partition.assignment.strategy": assignors,
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "session.timeout.ms": 6000,
            "heartbeat.interval.ms": 300,
            "fetch.wait.max.ms": 200,
            "max.poll.interval.ms": 10000,
        })

    def say(self, *words):
        with lock:
            print(self.name, *words, flush=True)

    def run(self):
        try:
            self.consumer.subscribe([self.topic], on_assign=self.assigned, on_revoke=self.revoked, on_lost=self.lost)
            while not self.leaving.is_set():
                message = self.consumer.poll(0.05)
                if message is None:
                    continue
                if message.error():
                    raise KafkaException(message.error())
                self.say("read", message.value().decode())
            self.consumer.close()
        except Exception as error:
            self.say("failed", error)
        self.say("left")

    def assigned(self, _, partitions):
        self.say("assigned", *names(partitions))

    def revoked(self, consumer, partitions):
        try:
            consumer.commit(asynchronous=False)
        except KafkaException as error:
            # Nothing was read since the last commit.
            if error.args[0].code() != KafkaError._NO_OFFSET:
                self.say("failed", error)
        self.say("revoked", *names(partitions))

    def lost(self, _, partitions):
        self.say("lost", *names(partitions))


def names(partitions):
    return sorted(f"{each.topic}-{each.partition}" for each in partitions)


members = {}
for line in sys.stdin:
    what, member, *words = line.split()
    if what == "leave":
        members.pop(member).leaving.set()
    else:
        members[member] = Member(member, *words)
        members[member].start()
for each in members.values():
    each.leaving.set()
