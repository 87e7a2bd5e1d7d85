import com.azure.core.amqp.exception.AmqpException;
import com.azure.messaging.eventhubs.*;
import com.azure.messaging.eventhubs.models.*;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.*;

/**
 * Talks to a hub with the official Java SDK and prints what it sees. Arguments: connection string, hub.
 */
public class EventHubs {
  public static void main(String[] args) throws Exception {
    EventHubClientBuilder builder = new EventHubClientBuilder().connectionString(args[0], args[1])
        .consumerGroup(EventHubClientBuilder.DEFAULT_CONSUMER_GROUP_NAME)
        .retryOptions(new com.azure.core.amqp.AmqpRetryOptions().setMaxRetries(1).setDelay(Duration.ofMillis(200)));
    try (EventHubProducerClient producer = builder.buildProducerClient()) {
      List<String> ids = producer.getPartitionIds().stream().toList();
      System.out.println("hub " + producer.getEventHubProperties().getName() + " " + String.join(",", ids));
      EventDataBatch batch = producer.createBatch(new CreateBatchOptions().setPartitionKey("k1"));
      batch.tryAdd(new EventData("one"));
      EventData two = new EventData("two");
      two.getProperties().put("count", 7);
      two.setMessageId("m2");
      batch.tryAdd(two);
      producer.send(batch);
      producer.send(List.of(new EventData("three")), new SendOptions().setPartitionId("2"));
      System.out.println("last " + producer.getPartitionProperties("2").getLastEnqueuedSequenceNumber());
    }
    read(builder);
    steal(builder);
    System.exit(0);
  }

  static void read(EventHubClientBuilder builder) throws Exception {
    CountDownLatch three = new CountDownLatch(3);
    try (EventHubConsumerAsyncClient consumer = builder.buildAsyncConsumerClient()) {
      consumer.receive(true, new ReceiveOptions().setTrackLastEnqueuedEventProperties(true)).subscribe(event -> {
        EventData data = event.getData();
        System.out.println(String.join(" ", "event", event.getPartitionContext().getPartitionId(),
            String.valueOf(data.getSequenceNumber()), String.valueOf(data.getPartitionKey()), data.getBodyAsString(),
            String.valueOf(data.getProperties().get("count")), String.valueOf(data.getMessageId()),
            String.valueOf(event.getLastEnqueuedEventProperties().getSequenceNumber())));
        three.countDown();
      });
      if (!three.await(30, TimeUnit.SECONDS)) throw new TimeoutException("three events did not come");
    }
  }

  static void steal(EventHubClientBuilder builder) throws Exception {
    CompletableFuture<String> stolen = new CompletableFuture<>();
    CompletableFuture<Void> reading = new CompletableFuture<>();
    try (EventHubConsumerAsyncClient first = builder.buildAsyncConsumerClient();
        EventHubConsumerAsyncClient second = builder.buildAsyncConsumerClient()) {
      first.receiveFromPartition("2", EventPosition.earliest(), new ReceiveOptions().setOwnerLevel(1L))
          .subscribe(event -> reading.complete(null), error -> stolen.complete(condition(error)));
      reading.get(30, TimeUnit.SECONDS);
      second.receiveFromPartition("2", EventPosition.latest(), new ReceiveOptions().setOwnerLevel(2L))
          .subscribe(event -> { }, error -> System.out.println("second " + condition(error)));
      System.out.println("stolen " + stolen.get(30, TimeUnit.SECONDS));
    }
  }

  static String condition(Throwable error) {
    return error instanceof AmqpException amqp ? String.valueOf(amqp.getErrorCondition().getErrorCondition()) : error.toString();
  }
}
