"""librdkafka, told by lines what to do. Speaks the language of ForeignPeer.java beside this file. Arguments: SETTING=VALUE, for all clients."""

import sys
import threading

from client_work import run
from group_members import GroupMembers

COMMON = dict(setting.split("=", 1) for setting in sys.argv[1:])
lock = threading.Lock()


def say(who, what, words):
    with lock:
        print(who, what, str(words).replace("\\", "\\\\").replace("\n", "\\n"), flush=True)


def work(task, verb, arguments):
    try:
        say(task, "done", run(COMMON, verb, arguments))
    except Exception as error:
        say(task, "failed", error)


members = GroupMembers(COMMON, say)
for line in sys.stdin:
    if line.startswith("do"):
        _, task, verb, *arguments = line.rstrip("\n").split("\t")
        threading.Thread(target=work, args=(task, verb, arguments)).start()
    else:
        members.told(line.split())
members.all_leave()
