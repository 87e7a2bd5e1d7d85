import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;

/**
 * Java's own client, told by lines what to do. Arguments: SETTING=VALUE, for all clients; bootstrap.servers is one. Reads
 *
 * <pre>
 * join MEMBER TOPIC ASSIGNOR,... [SETTING=VALUE...]     a member of the group that is named like the topic; "-" for no assignor
 * leave MEMBER
 * do TASK VERB [ARGUMENT...]                            separated by tabs; see ClientWork, and KafkaTools for the verb "tool"
 * </pre>
 *
 * and prints "MEMBER assigned|revoked|lost PARTITION...", "MEMBER read VALUE", "MEMBER left", "MEMBER failed ...",
 * "TASK done ANSWER" and "TASK failed ..."; line breaks are written as \n. All members leave when the input ends.
 */
public final class ForeignPeer {
  // Kafka's tools print to System.out, which is turned away while they run.
  private static final PrintStream OUT = System.out;

  public static void main(String[] args) throws Exception {
    var common = new HashMap<String, Object>();
    for (String setting : args) common.put(setting.split("=", 2)[0], setting.split("=", 2)[1]);
    var members = new GroupMembers(common);
    var work = new ClientWork(common);
    try (var in = new BufferedReader(new InputStreamReader(System.in))) {
      for (String line; (line = in.readLine()) != null; ) {
        if (line.startsWith("do")) {
          String[] words = line.split("\t", -1);
          new Thread(() -> run(words[1], work, words[2], Arrays.asList(words).subList(3, words.length)))
              .start();
        } else {
          members.told(line.split(" "));
        }
      }
    }
    members.allLeave();
  }

  private static void run(String task, ClientWork work, String verb, List<String> arguments) {
    try {
      say(task, "done", verb.equals("tool") ? KafkaTools.run(arguments) : work.run(verb, arguments));
    } catch (Exception e) {
      say(task, "failed", e.toString());
    }
  }

  static void say(String who, String what, String words) {
    OUT.println(who + " " + what + " " + words.replace("\\", "\\\\").replace("\n", "\\n"));
  }
}
