import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Members of groups in Java's own client. Argument: bootstrap. Reads "join MEMBER TOPIC ASSIGNOR,..." (the group is named
 * like the topic) and "leave MEMBER"; prints "MEMBER assigned|revoked|lost PARTITION...", "MEMBER read VALUE", "MEMBER left"
 * and "MEMBER failed ...". Positions are committed when partitions are given up. All leave when the input ends.
 */
public final class GroupMembers {
  public static void main(String[] args) throws Exception {
    var members = new HashMap<String, Member>();
    try (var in = new BufferedReader(new InputStreamReader(System.in))) {
      for (String line; (line = in.readLine()) != null; ) {
        String[] words = line.split(" ");
        if (words[0].equals("leave")) {
          members.remove(words[1]).leave();
        } else {
          var member = new Member(words[1], args[0], words[2], words[3]);
          members.put(words[1], member);
          member.start();
        }
      }
    }
    members.values().forEach(Member::leave);
  }

  private static final class Member extends Thread implements ConsumerRebalanceListener {
    private final String name;
    private final String topic;
    private final KafkaConsumer<String, String> consumer;
    private volatile boolean leaving;

    Member(String name, String bootstrap, String topic, String assignors) {
      this.name = name;
      this.topic = topic;
      String strategies =
          List.of(assignors.split(",")).stream()
              .map(assignor -> "org.apache.kafka.clients.consumer." + assignor)
              .collect(Collectors.joining(","));
      var text = new StringDeserializer();
      consumer =
          new KafkaConsumer<>(
              Map.of(
                  "bootstrap.servers", bootstrap,
                  "group.id", topic,
                  "partition.assignment.strategy", strategies,
                  "enable.auto.commit", "false",
                  "auto.offset.reset", "earliest",
                  "session.timeout.ms", "6000",
                  "heartbeat.interval.ms", "300",
                  "fetch.max.wait.ms", "200",
                  "max.poll.interval.ms", "10000"),
              text,
              text);
    }

    void leave() {
      leaving = true;
    }

    @Override
    public void run() {
      try (consumer) {
        consumer.subscribe(List.of(topic), this);
        while (!leaving) {
          for (var record : consumer.poll(Duration.ofMillis(50))) say("read", record.value());
        }
      } catch (RuntimeException e) {
        say("failed", e.toString());
      }
      say("left", "");
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      say("assigned", names(partitions));
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      consumer.commitSync();
      say("revoked", names(partitions));
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      say("lost", names(partitions));
    }

    private void say(String what, String words) {
      System.out.println(name + " " + what + " " + words);
    }

    private static String names(Collection<TopicPartition> partitions) {
      return partitions.stream().map(TopicPartition::toString).sorted().collect(Collectors.joining(" "));
    }
  }
}
