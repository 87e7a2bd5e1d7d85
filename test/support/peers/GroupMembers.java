import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Members of groups in Java's own client. Positions are committed when partitions are given up. */
final class GroupMembers {
  private final Map<String, Member> members = new HashMap<>();
  private final Map<String, Object> common;

  GroupMembers(Map<String, Object> common) {
    this.common = common;
  }

  /** "join MEMBER TOPIC ASSIGNOR,... [SETTING=VALUE...]" or "leave MEMBER". */
  void told(String[] words) {
    if (words[0].equals("leave")) {
      members.remove(words[1]).leave();
      return;
    }
    var settings = new HashMap<String, Object>(common);
    for (String setting : Arrays.asList(words).subList(4, words.length)) {
      settings.put(setting.split("=", 2)[0], setting.split("=", 2)[1]);
    }
    settings.put("group.id", words[2]);
    settings.put("auto.offset.reset", "earliest");
    if (!words[3].equals("-")) {
      settings.put(
          "partition.assignment.strategy",
          Arrays.stream(words[3].split(","))
              .map(assignor -> "org.apache.kafka.clients.consumer." + assignor)
              .collect(Collectors.joining(",")));
    }
    var member = new Member(words[1], words[2], settings);
    members.put(words[1], member);
    member.start();
  }

  void allLeave() {
    members.values().forEach(Member::leave);
  }

  private static final class Member extends Thread implements ConsumerRebalanceListener {
    private final String name;
    private final String topic;
    private final Map<String, Object> settings;
    private KafkaConsumer<String, String> consumer;
    private volatile boolean leaving;

    Member(String name, String topic, Map<String, Object> settings) {
      this.name = name;
      this.topic = topic;
      this.settings = settings;
    }

    void leave() {
      leaving = true;
    }

    @Override
    public void run() {
      var text = new StringDeserializer();
      try (var opened = new KafkaConsumer<>(settings, text, text)) {
        consumer = opened;
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
      ForeignPeer.say(name, what, words);
    }

    private static String names(Collection<TopicPartition> partitions) {
      return partitions.stream().map(TopicPartition::toString).sorted().collect(Collectors.joining(" "));
    }
  }
}
