import java.nio.ByteBuffer;
import java.util.Base64;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.*;

/** Writes record batches as Java's producer and broker would: "name base64" per line. */
public class GoldenBatches {
  static final long T = 1_700_000_000_000L;

  static SimpleRecord[] records() {
    SimpleRecord[] all = new SimpleRecord[60];
    for (int i = 0; i < all.length; i++) {
      Header[] headers = i % 3 == 0
          ? new Header[] {new RecordHeader("h", ("v" + i).getBytes()), new RecordHeader("h", null), new RecordHeader("größe", new byte[0])}
          : new Header[0];
      byte[] key = i % 5 == 0 ? null : ("key-" + i).getBytes();
      byte[] value = i % 7 == 0 ? null : ("value-" + i + "-" + "x".repeat(i)).getBytes();
      all[i] = new SimpleRecord(T + (i % 2 == 0 ? i : -i * 86_400_000L), key, value, headers);
    }
    return all;
  }

  static void print(String name, ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    System.out.println(name + " " + Base64.getEncoder().encodeToString(copy));
  }

  public static void main(String[] args) {
    Compression[] all = {Compression.NONE, Compression.gzip().build(), Compression.snappy().build(), Compression.lz4().build(), Compression.zstd().build()};
    String[] names = {"none", "gzip", "snappy", "lz4", "zstd"};
    for (int i = 0; i < all.length; i++)
      print(names[i], MemoryRecords.withRecords(1_000L, all[i], 7, records()).buffer());

    MemoryRecordsBuilder idempotent = MemoryRecords.builder(ByteBuffer.allocate(4096), (byte) 2, Compression.NONE,
        TimestampType.CREATE_TIME, 0L, -1L, 4_242L, (short) 3, 17, true, -1);
    idempotent.append(T, "k".getBytes(), "v".getBytes());
    idempotent.append(T + 5, null, "w".getBytes());
    print("transactional", idempotent.build().buffer());

    MemoryRecordsBuilder appended = MemoryRecords.builder(ByteBuffer.allocate(4096), (byte) 2, Compression.NONE,
        TimestampType.LOG_APPEND_TIME, 50L, T + 99);
    appended.append(T, null, "a".getBytes());
    appended.append(T + 1, null, "b".getBytes());
    print("append-time", appended.build().buffer());

    print("abort", MemoryRecords.withEndTransactionMarker(70L, T, 2, 4_242L, (short) 3,
        new EndTransactionMarker(ControlRecordType.ABORT, 1)).buffer());
    print("commit", MemoryRecords.withEndTransactionMarker(71L, T, 2, 4_242L, (short) 3,
        new EndTransactionMarker(ControlRecordType.COMMIT, 1)).buffer());

    ByteBuffer empty = ByteBuffer.allocate(61);
    DefaultRecordBatch.writeEmptyHeader(empty, (byte) 2, 9L, (short) 1, 0, 100L, 120L, 4, TimestampType.CREATE_TIME, T, true, false);
    empty.flip();
    print("empty", empty);

    print("magic-0", MemoryRecords.withRecords((byte) 0, 5L, Compression.NONE, TimestampType.NO_TIMESTAMP_TYPE, new SimpleRecord(-1L, "k".getBytes(), "v".getBytes())).buffer());
    print("magic-1", MemoryRecords.withRecords((byte) 1, 6L, Compression.NONE, TimestampType.CREATE_TIME, new SimpleRecord(T, "k".getBytes(), "v".getBytes())).buffer());
  }
}
