import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Exit;

/** Kafka's command-line tools, one at a time, in this process: what starts them in a shell costs a second each. */
final class KafkaTools {
  /** Leads out of a tool that wants to end the process. */
  private static final class Ended extends RuntimeException {
    private final String outcome;

    Ended(String outcome) {
      super("the tool has ended", null, false, false);
      this.outcome = outcome;
    }
  }

  /** CLASS, INPUT, ARGUMENT...; answers the exit code, and behind it all that was printed. */
  static synchronized String run(List<String> words) throws Exception {
    var printed = new ByteArrayOutputStream();
    var out = System.out;
    var err = System.err;
    var in = System.in;
    var to = new PrintStream(printed, true, StandardCharsets.UTF_8);
    // Tools catch everything, also what leads out of them, and want to end once more then: the first time counts.
    var ended = new Ended[1];
    Exit.Procedure end =
        (code, message) -> {
          if (message != null) to.println(message);
          if (ended[0] == null) ended[0] = new Ended(code + "\n" + printed.toString(StandardCharsets.UTF_8));
          throw ended[0];
        };
    // What a tool does when its process ends, such as sending the last records.
    var hooks = new ArrayList<Runnable>();
    Exit.setShutdownHookAdder((name, hook) -> hooks.add(hook));
    Exit.setExitProcedure(end);
    Exit.setHaltProcedure(end);
    System.setOut(to);
    System.setErr(to);
    System.setIn(new ByteArrayInputStream(words.get(1).replace("\\n", "\n").getBytes(StandardCharsets.UTF_8)));
    try {
      var arguments = words.subList(2, words.size()).toArray(String[]::new);
      // Scala's Console keeps the stream that was there first.
      scala.Console.withOut(
          to,
          () -> {
            try {
              Class.forName(words.get(0)).getMethod("main", String[].class).invoke(null, (Object) arguments);
            } catch (ReflectiveOperationException e) {
              if (e.getCause() instanceof RuntimeException cause) throw cause;
              throw new IllegalStateException(e);
            }
            return null;
          });
      return "0\n" + printed.toString(StandardCharsets.UTF_8);
    } catch (Ended e) {
      return e.outcome;
    } finally {
      hooks.forEach(Runnable::run);
      System.setOut(out);
      System.setErr(err);
      System.setIn(in);
      Exit.resetExitProcedure();
      Exit.resetHaltProcedure();
      Exit.resetShutdownHookAdder();
    }
  }
}
