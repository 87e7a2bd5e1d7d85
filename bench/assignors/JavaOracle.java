import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Assignment;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.GroupSubscription;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.consumer.RoundRobinAssignor;
import org.apache.kafka.clients.consumer.StickyAssignor;
import org.apache.kafka.clients.consumer.internals.ConsumerProtocol;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * Answers groups, one per line, with the assignment of Java's assignor.
 *
 * In: assignor TAB topic:count,… TAB racks TAB id|instance|subscription-hex;… where racks is empty or, per topic separated by
 * ";" and per partition separated by ",", the racks of the replicas separated by "/". Out: id=topic:partition,…; sorted by id,
 * or LOOP after three seconds, or THROWS and why.
 */
public class JavaOracle {
    private int nodes = 0;

    public static void main(String[] args) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        ExecutorService executor = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work);
            thread.setDaemon(true);
            return thread;
        });
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] fields = line.split("\t", -1);
            Cluster cluster = new JavaOracle().cluster(fields[1], fields[2]);
            GroupSubscription group = new GroupSubscription(members(fields[3]));
            ConsumerPartitionAssignor assignor = create(fields[0]);
            Future<Map<String, Assignment>> answer =
                executor.submit(() -> assignor.assign(cluster, group).groupAssignment());
            try {
                out.println(text(answer.get(3, TimeUnit.SECONDS)));
            } catch (TimeoutException error) {
                out.println("LOOP");
            } catch (ExecutionException error) {
                out.println("THROWS " + error.getCause());
            }
        }
        out.flush();
        System.exit(0);
    }

    private Cluster cluster(String topics, String racks) {
        List<Node> all = new ArrayList<>();
        List<PartitionInfo> infos = new ArrayList<>();
        String[] names = topics.split(",");
        String[] racksOfTopic = racks.split(";", -1);
        for (int t = 0; t < names.length; t++) {
            String[] topic = names[t].split(":");
            String[] racksOfPartition = racks.isEmpty() ? null : racksOfTopic[t].split(",", -1);
            for (int p = 0; p < Integer.parseInt(topic[1]); p++) {
                String[] own = racksOfPartition == null ? new String[0] : racksOfPartition[p].split("/");
                Node[] replicas = replicas(own);
                all.addAll(List.of(replicas));
                infos.add(new PartitionInfo(topic[0], p, replicas[0], replicas, replicas));
            }
        }
        return new Cluster("oracle", all, infos, Set.of(), Set.of());
    }

    private Node[] replicas(String[] racks) {
        if (racks.length == 0) return new Node[] {new Node(nodes++, "host", 9092)};
        Node[] replicas = new Node[racks.length];
        for (int i = 0; i < racks.length; i++) replicas[i] = new Node(nodes++, "host", 9092, racks[i]);
        return replicas;
    }

    private static Map<String, Subscription> members(String text) {
        // In the order of the JoinGroup response: it decides inside a bucket of the map.
        Map<String, Subscription> members = new HashMap<>();
        for (String one : text.split(";")) {
            String[] fields = one.split("\\|", -1);
            ByteBuffer bytes = ByteBuffer.wrap(HexFormat.of().parseHex(fields[2]));
            Subscription subscription = ConsumerProtocol.deserializeSubscription(bytes);
            if (!fields[1].isEmpty()) subscription.setGroupInstanceId(Optional.of(fields[1]));
            members.put(fields[0], subscription);
        }
        return members;
    }

    private static ConsumerPartitionAssignor create(String name) {
        switch (name) {
            case "range":
                return new RangeAssignor();
            case "roundrobin":
                return new RoundRobinAssignor();
            case "sticky":
                return new StickyAssignor();
            default:
                return new CooperativeStickyAssignor();
        }
    }

    private static String text(Map<String, Assignment> assignment) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(assignment).forEach((id, list) -> {
            text.append(id).append('=');
            for (TopicPartition one : list.partitions()) {
                text.append(one.topic()).append(':').append(one.partition()).append(',');
            }
            text.append(';');
        });
        return text.toString();
    }
}
