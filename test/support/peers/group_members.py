"""Members of groups in librdkafka. Positions are committed when partitions are given up."""

import threading

from confluent_kafka import Consumer, KafkaError, KafkaException


class GroupMembers:
    def __init__(self, common, say):
        self.common = common
        self.say = say
        self.members = {}

    def told(self, words):
        """"join MEMBER TOPIC ASSIGNOR,... [SETTING=VALUE...]" or "leave MEMBER"."""
        what, name, *rest = words
        if what == "leave":
            self.members.pop(name).leaving.set()
            return
        topic, assignors, *settings = rest
        given = self.common | dict(setting.split("=", 1) for setting in settings)
        given |= {"group.id": topic, "auto.offset.reset": "earliest"}
        if assignors != "-":
            given["partition.assignment.strategy"] = assignors
        self.members[name] = Member(name, topic, given, self.say)
        self.members[name].start()

    def all_leave(self):
        for member in self.members.values():
            member.leaving.set()


class Member(threading.Thread):
    def __init__(self, name, topic, settings, say):
        super().__init__()
        self.name = name
        self.topic = topic
        self.settings = settings
        self.leaving = threading.Event()
        self.say = lambda what, *words: say(name, what, " ".join(map(str, words)))

    def run(self):
        try:
            consumer = Consumer(self.settings)
            consumer.subscribe([self.topic], on_assign=self.assigned, on_revoke=self.revoked, on_lost=self.lost)
            while not self.leaving.is_set():
                message = consumer.poll(0.05)
                if message is None:
                    continue
                if message.error():
                    raise KafkaException(message.error())
                self.say("read", message.value().decode())
            consumer.close()
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
