package dev.comporta.exchange.files;

import static dev.comporta.api.Formatting.formatted;

import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A restricted interpreter of Python's pickles. It creates maps, lists, text and numbers. Functions
 * and classes are names only, and {@link Calls} decides what they mean. No class is ever loaded,
 * and a pickle that calls anything unknown is rejected with its name.
 */
final class Pickle {
  /** Python's None. */
  static final Object NONE =
      new Object() {
        @Override
        public String toString() {
          return "None";
        }
      };

  /**
   * The name of a function or class.
   *
   * @param name such as {@code torch.FloatStorage}
   */
  record Global(String name) {}

  /** An object of a class that is known by name only; its state is a value of the pickle. */
  static final class Instance {
    private final String type;
    private @Nullable Object state;

    Instance(String type) {
      this.type = type;
    }

    String type() {
      return type;
    }

    @Nullable Object state() {
      return state;
    }
  }

  /** What a pickle may refer to. */
  interface Calls {
    /** The result of calling a function; refuses unknown ones by name. */
    Object call(String name, List<?> arguments);

    /** A new object of a class; refuses unknown ones by name. */
    Object create(String name);

    /** The object behind a persistent id. */
    Object persistent(Object id);
  }

  private final Input input;
  private final ByteReader in;
  private final Calls calls;
  private final Deque<Integer> marks = new ArrayDeque<>();
  private final List<Object> stack = new ArrayList<>();
  private final Map<Integer, Object> memo = new HashMap<>();

  private Pickle(Input input, ByteReader in, Calls calls) {
    this.input = input;
    this.in = in;
    this.calls = calls;
  }

  /** Reads the pickle at the start of an input. */
  static Object read(Input input, Calls calls) {
    return read(input, new ByteReader(input, ByteOrder.LITTLE_ENDIAN), calls);
  }

  /** Reads the next pickle and stops after it. */
  static Object read(Input input, ByteReader in, Calls calls) {
    return new Pickle(input, in, calls).run();
  }

  private Object run() {
    while (true) {
      int at = in.position();
      int op = in.u8();
      switch (op) {
        case 0x80 -> in.u8(); // PROTO
        case 0x95 -> in.skip(8); // FRAME
        case '.' -> {
          return pop();
        }
        case '(' -> marks.push(stack.size());
        case '0' -> pop();
        case '1' -> items();
        case '2' -> push(top());
        case 'N' -> push(NONE);
        case 0x88 -> push(true);
        case 0x89 -> push(false);
        case 'J' -> push((long) in.i32());
        case 'K' -> push((long) in.u8());
        case 'M' -> push((long) in.u16());
        case 0x8a -> push(longOf(in.bytes(in.u8())));
        case 'G' -> push(Double.longBitsToDouble(Long.reverseBytes(in.i64())));
        case 'X' -> push(in.utf8(in.i32() & 0xffffffffL));
        case 0x8c -> push(in.utf8(in.u8()));
        case 0x8d -> push(in.utf8(in.i64()));
        case 'T' -> push(in.utf8(in.i32()));
        case 'U' -> push(in.utf8(in.u8()));
        case ')' -> push(List.of());
        case 't' -> push(List.copyOf(items()));
        case 0x85 -> push(tuple(1));
        case 0x86 -> push(tuple(2));
        case 0x87 -> push(tuple(3));
        case ']' -> push(new ArrayList<>());
        case 'l' -> push(items());
        case 'a' -> {
          Object item = pop();
          list().add(item);
        }
        case 'e' -> {
          List<Object> items = items();
          list().addAll(items);
        }
        case '}' -> push(new LinkedHashMap<>());
        case 'd' -> {
          List<Object> items = items();
          push(new LinkedHashMap<>());
          put(items);
        }
        case 's' -> {
          Object value = pop();
          Object key = pop();
          put(List.of(key, value));
        }
        case 'u' -> put(items());
        case 'c' -> {
          String module = in.line();
          push(new Global(module + "." + in.line()));
        }
        case 0x93 -> {
          if (!(pop() instanceof String name) || !(pop() instanceof String module)) {
            throw refuse(at, "has a name that is not text");
          }
          push(new Global(module + "." + name));
        }
        case 'R' -> {
          List<?> arguments = arguments();
          push(calls.call(global("calls"), arguments));
        }
        case 0x81 -> {
          arguments();
          push(calls.create(global("creates an object of")));
        }
        case 'b' -> {
          Object state = pop();
          if (top() instanceof Instance instance) {
            instance.state = state;
          } else if (!(top() instanceof Map)) { // attributes of a dictionary are not needed
            throw refuse(at, "sets the state of something that has none");
          }
        }
        case 'Q' -> push(calls.persistent(pop()));
        case 'q' -> memo.put(in.u8(), top());
        case 'r' -> memo.put(in.i32(), top());
        case 0x94 -> memo.put(memo.size(), top());
        case 'h' -> push(remembered(in.u8()));
        case 'j' -> push(remembered(in.i32()));
        default ->
            throw refuse(at, formatted("has the operation 0x%02x, which is not supported", op));
      }
    }
  }

  private RuntimeException refuse(int at, String what) {
    return input.refuse(formatted("its pickle %s, at byte %d", what, at));
  }

  private void push(Object value) {
    stack.add(value);
  }

  private int floor() {
    return marks.isEmpty() ? 0 : marks.peek();
  }

  private Object pop() {
    Object top = top();
    stack.removeLast();
    return top;
  }

  private Object top() {
    if (stack.size() <= floor()) {
      throw refuse(in.position(), "takes a value from an empty stack");
    }
    return stack.getLast();
  }

  /** The values above the last mark. */
  private List<Object> items() {
    if (marks.isEmpty()) {
      throw refuse(in.position(), "takes values without a mark");
    }
    List<Object> above = stack.subList(marks.pop(), stack.size());
    List<Object> items = new ArrayList<>(above);
    above.clear();
    return items;
  }

  private List<Object> tuple(int size) {
    List<Object> items = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      items.add(pop());
    }
    return List.copyOf(items.reversed());
  }

  @SuppressWarnings("unchecked")
  private List<Object> list() {
    if (top() instanceof ArrayList<?> list) {
      return (List<Object>) list;
    }
    throw refuse(in.position(), "adds to something that is not a list");
  }

  @SuppressWarnings("unchecked")
  private void put(List<Object> items) {
    if (!(top() instanceof Map<?, ?> map) || items.size() % 2 != 0) {
      throw refuse(in.position(), "adds to something that is not a dictionary");
    }
    for (int i = 0; i < items.size(); i += 2) {
      Object key = items.get(i);
      if (!(key instanceof String || key instanceof Long)) {
        throw refuse(in.position(), "has a key that is neither text nor a number");
      }
      ((Map<Object, Object>) map).put(key, items.get(i + 1));
    }
  }

  private List<?> arguments() {
    if (pop() instanceof List<?> list) {
      return list;
    }
    throw refuse(in.position(), "calls something with arguments that are not a tuple");
  }

  private String global(String does) {
    if (pop() instanceof Global global) {
      return global.name();
    }
    throw refuse(in.position(), does + " something that is not a name");
  }

  private Object remembered(int index) {
    Object value = memo.get(index);
    if (value == null) {
      throw refuse(in.position(), "reads a memo entry that was not stored");
    }
    return value;
  }

  /** A little-endian whole number of any length; only its low 64 bits are kept. */
  private static long longOf(byte[] bytes) {
    long value = bytes.length > 0 && bytes[bytes.length - 1] < 0 ? -1 : 0;
    for (int i = Math.min(bytes.length, 8) - 1; i >= 0; i--) {
      value = value << 8 | (bytes[i] & 0xff);
    }
    return value;
  }
}
