import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Assignment;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.GroupSubscription;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.consumer.RoundRobinAssignor;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * Runs Java's assignors on the groups of groups.ts, which this must mirror, and prints one line per step:
 * "step times-in-ms digest". Arguments: assignor kind topics partitions-per-topic members repetitions.
 */
public class JavaAssignors {
    public static void main(String[] args) {
        String assignor = args[0];
        String kind = args[1];
        int topicCount = Integer.parseInt(args[2]);
        int partitions = Integer.parseInt(args[3]);
        int memberCount = Integer.parseInt(args[4]);
        int repetitions = Integer.parseInt(args[5]);

        List<String> topics = new ArrayList<>();
        for (int t = 0; t < topicCount; t++) topics.add(String.format("topic-%04d", t));
        Cluster cluster = cluster(topics, partitions);

        // The middle member joins later.
        List<String> ids = new ArrayList<>();
        List<List<String>> lists = new ArrayList<>();
        long[] seed = {7};
        for (int m = 0; m <= memberCount; m++) {
            ids.add("member-" + m + "-" + Long.toHexString((m * 2654435761L) & 0xffffffffL));
            lists.add(topicsOf(kind, topics, m, memberCount + 1, seed));
        }
        int joiner = (memberCount + 1) / 2;

        Map<String, Subscription> start = new HashMap<>();
        for (int m = 0; m <= memberCount; m++) {
            if (m != joiner) start.put(ids.get(m), subscription(lists.get(m), List.of(), -1));
        }
        Map<String, Assignment> first = run("first", assignor, cluster, start, repetitions);
        if (!assignor.equals("cooperative-sticky")) return;

        Map<String, Subscription> join = new HashMap<>();
        Map<String, Subscription> leave = new HashMap<>();
        for (int m = 0; m <= memberCount; m++) {
            String id = ids.get(m);
            List<TopicPartition> owned = m == joiner ? List.of() : first.get(id).partitions();
            Subscription subscription = subscription(lists.get(m), owned, m == joiner ? -1 : 1);
            join.put(id, subscription);
            if (m != joiner && m != 0) leave.put(id, subscription);
        }
        run("join", assignor, cluster, join, repetitions);
        run("leave", assignor, cluster, leave, repetitions);
    }

    private static Cluster cluster(List<String> topics, int partitions) {
        Node node = new Node(0, "host", 9092);
        Node[] replicas = {node};
        List<PartitionInfo> infos = new ArrayList<>();
        for (String topic : topics) {
            for (int p = 0; p < partitions; p++) {
                infos.add(new PartitionInfo(topic, p, node, replicas, replicas));
            }
        }
        return new Cluster("bench", List.of(node), infos, Set.of(), Set.of());
    }

    private static List<String> topicsOf(String kind, List<String> topics, int m, int members, long[] seed) {
        switch (kind) {
            case "uniform":
                return topics;
            case "one":
                return m == members - 1 ? topics.subList(0, 1) : topics;
            case "buckets":
                return topics.subList(0, (topics.size() * (1 + m % 5) + 4) / 5);
            default:
                List<String> half = new ArrayList<>();
                for (String topic : topics) {
                    seed[0] = seed[0] * 48271 % 2147483647L;
                    if (seed[0] * 2 < 2147483647L) half.add(topic);
                }
                return half;
        }
    }

    private static Subscription subscription(List<String> topics, List<TopicPartition> owned, int generation) {
        return new Subscription(topics, null, owned, generation, Optional.empty());
    }

    private static Map<String, Assignment> run(
            String step, String name, Cluster cluster, Map<String, Subscription> group, int repetitions) {
        double[] times = new double[repetitions];
        Map<String, Assignment> result = Collections.emptyMap();
        for (int i = 0; i < repetitions; i++) {
            // A fresh instance: the sticky ones keep state.
            ConsumerPartitionAssignor assignor = create(name);
            long from = System.nanoTime();
            result = assignor.assign(cluster, new GroupSubscription(group)).groupAssignment();
            times[i] = (System.nanoTime() - from) / 1e6;
        }
        System.out.println(step + " " + Arrays.toString(times).replaceAll("[\\[\\] ]", "") + " " + digest(result));
        return result;
    }

    private static ConsumerPartitionAssignor create(String name) {
        switch (name) {
            case "range":
                return new RangeAssignor();
            case "roundrobin":
                return new RoundRobinAssignor();
            default:
                return new CooperativeStickyAssignor();
        }
    }

    /** Over all lists, members sorted by id: equal for equal assignments in equal order. */
    private static int digest(Map<String, Assignment> assignment) {
        int digest = 0;
        for (Assignment list : new TreeMap<>(assignment).values()) {
            digest = 31 * digest + 7;
            for (TopicPartition partition : list.partitions()) {
                digest = 31 * digest + partition.topic().hashCode();
                digest = 31 * digest + partition.partition();
            }
        }
        return digest;
    }
}
