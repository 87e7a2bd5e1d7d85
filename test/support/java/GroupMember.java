import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * A member of a group in Java's own client. Prints one line per event: assigned, revoked, lost, read. Commits when it gives
 * partitions up, and leaves when its standard input ends.
 *
 * Arguments: bootstrap, topic, group, assignor class.
 */
public final class GroupMember {
  public static void main(String[] args) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers", args[0],
            "group.id", args[2],
            "partition.assignment.strategy", args[3],
            "enable.auto.commit", "false",
            "auto.offset.reset", "earliest",
            "session.timeout.ms", "6000",
            "heartbeat.interval.ms", "300",
            "max.poll.interval.ms", "10000");
    var stopped = new java.util.concurrent.atomic.AtomicBoolean();
    var input = new Thread(() -> untilEnd(stopped));
    input.setDaemon(true);
    input.start();
    var text = new StringDeserializer();
    try (var consumer = new KafkaConsumer<>(settings, text, text)) {
      consumer.subscribe(List.of(args[1]), new Printing(consumer));
      while (!stopped.get()) {
        for (var record : consumer.poll(Duration.ofMillis(50))) {
          System.out.println("read " + record.value());
        }
      }
    }
  }

  private static void untilEnd(java.util.concurrent.atomic.AtomicBoolean stopped) {
    try (var in = new BufferedReader(new InputStreamReader(System.in))) {
      while (in.readLine() != null) {}
    } catch (java.io.IOException e) {
      System.out.println("failed " + e);
    }
    stopped.set(true);
  }

  private record Printing(KafkaConsumer<?, ?> consumer) implements ConsumerRebalanceListener {
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      print("assigned", partitions);
    }

    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      consumer.commitSync();
      print("revoked", partitions);
    }

    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      print("lost", partitions);
    }

    private static void print(String what, Collection<TopicPartition> partitions) {
      System.out.println(
          partitions.stream().map(TopicPartition::toString).sorted().collect(Collectors.joining(" ", what + " ", "")));
    }
  }
}
