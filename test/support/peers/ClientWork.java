import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** One task each, with the client's settings as they are unless the task is about one of them. */
final class ClientWork {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private final Map<String, Object> common;

  ClientWork(Map<String, Object> common) {
    this.common = common;
  }

  /** Behind the arguments of a task there may be settings for its clients: NAME=VALUE, line breaks as \n. */
  String run(String verb, List<String> words) throws Exception {
    int own = verb.equals("produce") ? 4 : words.size();
    if (words.size() > own) return with(words.subList(own, words.size())).run(verb, words.subList(0, own));
    return switch (verb) {
      case "produce" -> produce(
          words.get(0), words.get(1), Integer.parseInt(words.get(2)), Integer.parseInt(words.get(3)));
      case "read" -> read(words.get(0), words.get(1), Integer.parseInt(words.get(2)));
      case "transact" -> transact(words.get(0), words.get(1));
      default -> throw new IllegalArgumentException(verb);
    };
  }

  private ClientWork with(List<String> settings) {
    var all = new HashMap<>(common);
    for (String setting : settings) {
      String[] pair = setting.split("=", 2);
      all.put(pair[0], pair[1].replace("\\n", "\n"));
    }
    return new ClientWork(all);
  }

  /** Writes the numbers from FROM on, COUNT of them, with keys and a header. */
  private String produce(String topic, String compression, int from, int count) throws Exception {
    var acknowledged = new ArrayList<Future<?>>();
    try (var producer = producer(Map.of("compression.type", compression))) {
      for (int n = from; n < from + count; n++) {
        var record = new ProducerRecord<>(topic, "key-" + n % 7, String.valueOf(n));
        record.headers().add("n", String.valueOf(n).getBytes(StandardCharsets.UTF_8));
        acknowledged.add(producer.send(record));
      }
      for (var each : acknowledged) each.get();
    }
    return "";
  }

  /** Reads COUNT committed records from where the group stands, and leaves with the position committed. */
  private String read(String topic, String group, int count) {
    var values = new ArrayList<String>();
    try (var consumer = consumer(group)) {
      consumer.subscribe(List.of(topic));
      long end = System.nanoTime() + PATIENCE.toNanos();
      while (values.size() < count && System.nanoTime() < end) {
        for (var record : consumer.poll(Duration.ofMillis(100))) values.add(checked(record));
      }
    }
    return String.join(" ", values);
  }

  private static String checked(ConsumerRecord<String, String> record) {
    var header = record.headers().lastHeader("n");
    if (header == null) return record.value();
    int n = Integer.parseInt(new String(header.value(), StandardCharsets.UTF_8));
    boolean same = record.key().equals("key-" + n % 7) && record.value().equals(String.valueOf(n));
    return same ? record.value() : "damaged:" + record.key() + ":" + n + ":" + record.value();
  }

  /** One transaction is committed with offsets, one aborted, one left open and fenced by a successor, which commits. */
  private String transact(String topic, String id) throws Exception {
    var said = new ArrayList<String>();
    var offsets = Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(5, "by transaction"));
    try (var first = producer(Map.of("transactional.id", id))) {
      first.initTransactions();
      first.beginTransaction();
      first.send(new ProducerRecord<>(topic, "committed"));
      first.sendOffsetsToTransaction(offsets, new ConsumerGroupMetadata(id, -1, "", Optional.empty()));
      first.commitTransaction();
      said.add("committed");
      first.beginTransaction();
      first.send(new ProducerRecord<>(topic, "aborted"));
      first.abortTransaction();
      said.add("aborted");
      first.beginTransaction();
      first.send(new ProducerRecord<>(topic, "left open")).get();
      try (var second = producer(Map.of("transactional.id", id))) {
        second.initTransactions();
        second.beginTransaction();
        second.send(new ProducerRecord<>(topic, "successor"));
        second.commitTransaction();
      }
      try {
        first.commitTransaction();
        said.add("not fenced");
      } catch (ProducerFencedException e) {
        said.add("fenced");
      }
    }
    return String.join(" ", said);
  }

  private KafkaProducer<String, String> producer(Map<String, ?> settings) {
    var all = new HashMap<String, Object>(common);
    all.putAll(settings);
    return new KafkaProducer<>(all, new StringSerializer(), new StringSerializer());
  }

  private KafkaConsumer<String, String> consumer(String group) {
    var text = new StringDeserializer();
    var settings = new HashMap<String, Object>(common);
    settings.put("group.id", group);
    settings.put("auto.offset.reset", "earliest");
    settings.put("isolation.level", "read_committed");
    return new KafkaConsumer<>(settings, text, text);
  }
}
