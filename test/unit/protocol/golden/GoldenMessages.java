import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Message;
import org.apache.kafka.common.protocol.ObjectSerializationCache;

/** Reads what messages.py wrote, prints "api kind version hex" lines with Kafka's own serialization. */
public class GoldenMessages {
  public static void main(String[] args) throws Exception {
    for (JsonNode one : new ObjectMapper().readTree(System.in)) {
      String name = one.get("api").asText() + one.get("kind").asText();
      short version = one.get("version").shortValue();
      Message message = (Message) Class.forName("org.apache.kafka.common.message." + name + "DataJsonConverter")
          .getMethod("read", JsonNode.class, short.class).invoke(null, one.get("message"), version);
      ObjectSerializationCache cache = new ObjectSerializationCache();
      ByteBuffer bytes = ByteBuffer.allocate(message.size(cache, version));
      message.write(new ByteBufferAccessor(bytes), cache, version);
      System.out.println(one.get("api").asText() + " " + one.get("kind").asText().toLowerCase() + " " + version + " "
          + HexFormat.of().formatHex(bytes.array()));
    }
  }
}
