package dev.comporta.exchange.files;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.Printable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * PyTorch's files: the ZIP archives of 1.6 and later (state dictionaries, checkpoints,
 * TorchScript), and the older sequence of pickles. Objects of TorchScript become dictionaries of
 * their attributes; their code is not read.
 */
public final class TorchArchive {
  private static final int DEEPEST = 48;
  private static final int MOST_ARRAYS = 1 << 16;
  private static final List<String> PREFERRED =
      List.of("state_dict", "model_state_dict", "model", "net", "network", "weights", "params");

  private final Input input;
  private final Map<String, Storage> storages = new HashMap<>();
  private final List<String> notes = new ArrayList<>();
  private boolean script;
  private long room;

  /** A piece of memory with elements of one type. */
  private static final class Storage {
    private final NumberType type;
    private @Nullable ByteBuffer data;

    Storage(NumberType type) {
      this.type = type;
    }
  }

  /** A view of a storage. */
  private record View(Storage storage, long offset, List<Integer> sizes, List<Long> strides) {}

  private TorchArchive(Input input) {
    this.input = input;
    this.room = 4L * input.bytes().length + 1024; // tied weights are stored once
  }

  /**
   * What a file holds.
   *
   * @param tensors the arrays, named as in a state dictionary
   * @param script whether the file is TorchScript
   * @param notes what was chosen where the file holds several dictionaries
   */
  public record Content(Tensors tensors, boolean script, List<String> notes) {}

  /** Whether the file begins like the older format: with a pickle of a ten-byte number. */
  public static boolean isLegacy(Input input) {
    return input.begins(0x80, 2, 0x8a, 10);
  }

  /** Whether an archive is one of PyTorch. */
  public static boolean is(ZipArchive zip) {
    return zip.ending("/data.pkl") != null;
  }

  /** Reads a file. */
  public static Content read(Input input) {
    TorchArchive archive = new TorchArchive(input);
    Object root = isLegacy(input) ? archive.legacy() : archive.zipped();
    return archive.content(root);
  }

  private Object zipped() {
    try (ZipArchive zip = ZipArchive.open(input)) {
      String pickle = zip.ending("/data.pkl");
      if (pickle == null) {
        throw input.refuse("it is a ZIP archive without a data.pkl, so PyTorch did not write it");
      }
      String folder = pickle.substring(0, pickle.length() - "data.pkl".length());
      ByteOrder order = ByteOrder.LITTLE_ENDIAN;
      if (zip.names().contains(folder + "byteorder")
          && new String(zip.bytes(folder + "byteorder"), StandardCharsets.UTF_8)
              .strip()
              .equals("big")) {
        order = ByteOrder.BIG_ENDIAN;
      }
      script = zip.names().contains(folder + "constants.pkl");
      Object root = Pickle.read(input.part("data.pkl", zip.bytes(pickle)), new Functions(true));
      for (Map.Entry<String, Storage> entry : storages.entrySet()) {
        entry.getValue().data =
            ByteBuffer.wrap(zip.bytes(folder + "data/" + entry.getKey())).order(order);
      }
      return root;
    }
  }

  private Object legacy() {
    ByteReader in = new ByteReader(input, ByteOrder.LITTLE_ENDIAN);
    Functions functions = new Functions(false);
    Pickle.read(input, in, functions); // the magic number
    Object version = Pickle.read(input, in, functions);
    if (!Long.valueOf(1001).equals(version)) {
      throw input.refuse(
          "expected version 1001 of PyTorch's older format but got " + Printable.quoted(version));
    }
    Pickle.read(input, in, functions); // facts about the system
    Object root = Pickle.read(input, in, functions);
    if (!(Pickle.read(input, in, functions) instanceof List<?> keys)) {
      throw input.refuse("expected a list of its storages");
    }
    for (Object key : keys) {
      Storage storage = key instanceof String name ? storages.get(name) : null;
      if (storage == null) {
        throw input.refuse("one of its storages has no type");
      }
      long count = in.i64();
      if (count < 0 || count > in.left()) {
        throw input.refuse(
            formatted("a storage claims %d elements but %d bytes follow", count, in.left()));
      }
      storage.data =
          ByteBuffer.wrap(in.bytes(count * storage.type.bytes())).order(ByteOrder.LITTLE_ENDIAN);
    }
    return root;
  }

  /** The functions and classes that PyTorch's files need. */
  private final class Functions implements Pickle.Calls {
    private final boolean zipped;

    Functions(boolean zipped) {
      this.zipped = zipped;
    }

    @Override
    public Object call(String name, List<?> arguments) {
      return switch (name) {
        case "collections.OrderedDict" -> new LinkedHashMap<>();
        case "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor" -> view(arguments);
        case "torch._utils._rebuild_parameter" -> argument(arguments, 0);
        case "torch.Size",
            "torch.jit._pickle.build_intlist",
            "torch.jit._pickle.build_doublelist",
            "torch.jit._pickle.build_boollist",
            "torch.jit._pickle.build_tensorlist",
            "torch.jit._pickle.restore_type_tag" ->
            argument(arguments, 0);
        case "torch.device" -> argument(arguments, 0);
        default -> throw unknown("calls", name);
      };
    }

    @Override
    public Object create(String name) {
      if (zipped && name.startsWith("__torch__.")) {
        return new Pickle.Instance(name);
      }
      throw unknown("creates an object of", name);
    }

    private RuntimeException unknown(String does, String name) {
      return input.refuse(
          formatted(
              "its pickle %s %s, which is never loaded; save the state_dict() of the module instead of the module",
              does, Printable.quoted(name)));
    }

    @Override
    public Object persistent(Object id) {
      if (!(id instanceof List<?> parts)
          || parts.size() < 5
          || !"storage".equals(parts.get(0))
          || !(parts.get(1) instanceof Pickle.Global type)
          || !(parts.get(2) instanceof String key)) {
        throw input.refuse("its pickle refers to something that is not a storage");
      }
      NumberType numbers =
          switch (type.name()) {
            case "torch.DoubleStorage" -> NumberType.F64;
            case "torch.FloatStorage" -> NumberType.F32;
            case "torch.HalfStorage" -> NumberType.F16;
            case "torch.BFloat16Storage" -> NumberType.BF16;
            case "torch.LongStorage" -> NumberType.I64;
            case "torch.IntStorage" -> NumberType.I32;
            case "torch.ShortStorage" -> NumberType.I16;
            case "torch.CharStorage" -> NumberType.I8;
            case "torch.ByteStorage" -> NumberType.U8;
            case "torch.BoolStorage" -> NumberType.BOOL;
            default ->
                throw input.refuse(
                    formatted(
                        "its storages have the type %s, which is not supported",
                        Printable.quoted(type.name())));
          };
      Storage storage = storages.computeIfAbsent(key, k -> new Storage(numbers));
      if (storage.type != numbers) {
        throw input.refuse("its storage " + Printable.quoted(key) + " has two types");
      }
      return storage;
    }

    private Object argument(List<?> arguments, int index) {
      if (index >= arguments.size()) {
        throw input.refuse("its pickle calls a function with too few arguments");
      }
      return arguments.get(index);
    }

    private View view(List<?> arguments) {
      if (argument(arguments, 0) instanceof Storage storage
          && argument(arguments, 1) instanceof Long offset
          && argument(arguments, 2) instanceof List<?> sizes
          && argument(arguments, 3) instanceof List<?> strides
          && sizes.size() == strides.size()
          && sizes.size() <= 8) {
        List<Integer> axes = new ArrayList<>();
        List<Long> steps = new ArrayList<>();
        for (int axis = 0; axis < sizes.size(); axis++) {
          if (!(sizes.get(axis) instanceof Long size)
              || !(strides.get(axis) instanceof Long stride)
              || size < 0
              || size > Integer.MAX_VALUE
              || stride < 0
              || stride > Integer.MAX_VALUE) {
            throw input.refuse("a tensor has an invalid shape");
          }
          axes.add(size.intValue());
          steps.add(stride);
        }
        return new View(storage, offset, axes, steps);
      }
      throw input.refuse("its pickle creates a tensor with invalid arguments");
    }
  }

  private Content content(Object root) {
    Map<String, View> views = new LinkedHashMap<>();
    Object chosen = chosen(root);
    collect("", chosen, views, 0);
    if (views.isEmpty()) {
      throw input.refuse("it holds no tensors");
    }
    Tensors tensors = new Tensors(input);
    views.forEach((name, view) -> tensors.add(tensor(name, view)));
    return new Content(tensors, script, notes);
  }

  /** The state dictionary in a checkpoint that also has an optimizer and numbers. */
  private Object chosen(Object root) {
    if (root instanceof Map<?, ?> map && map.values().stream().noneMatch(View.class::isInstance)) {
      for (String key : PREFERRED) {
        if (map.get(key) instanceof Map<?, ?> inner && !inner.isEmpty()) {
          notes.add(
              formatted(
                  "of the checkpoint's entries %s only '%s' was read",
                  Printable.quoted(map.keySet()), key));
          return inner;
        }
      }
    }
    return root;
  }

  private void collect(String name, Object value, Map<String, View> views, int depth) {
    if (depth > DEEPEST) {
      throw input.refuse(formatted("its objects are nested more than %d levels deep", DEEPEST));
    }
    switch (value) {
      case View view -> {
        if (views.size() == MOST_ARRAYS) {
          throw input.refuse(formatted("it has more than %d tensors", MOST_ARRAYS));
        }
        views.put(name, view);
      }
      case Map<?, ?> map ->
          map.forEach(
              (key, inner) -> collect(joined(name, String.valueOf(key)), inner, views, depth + 1));
      case Pickle.Instance instance -> {
        if (instance.state() instanceof Map<?, ?> map) {
          map.forEach((key, inner) -> {
            if (inner instanceof View || inner instanceof Pickle.Instance) {
              collect(joined(name, String.valueOf(key)), inner, views, depth + 1);
            }
          });
        }
      }
      default -> {} // numbers and text next to the tensors
    }
  }

  private static String joined(String name, String key) {
    return name.isEmpty() ? key : name + "." + key;
  }

  private ForeignTensor tensor(String name, View view) {
    int rank = view.sizes().size();
    int[] sizes = view.sizes().stream().mapToInt(Integer::intValue).toArray();
    long count = ForeignTensor.count(sizes);
    ByteBuffer data = view.storage().data;
    room -= count < 0 ? Long.MAX_VALUE / 2 : count;
    if (room < 0 || data == null) {
      throw input.refuse(
          formatted("tensor %s has more elements than the file can hold", Printable.quoted(name)));
    }
    int stored = data.capacity() / view.storage().type.bytes();
    long last = view.offset();
    for (int axis = 0; axis < rank; axis++) {
      last += (sizes[axis] - 1L) * view.strides().get(axis);
    }
    if (count > 0 && (view.offset() < 0 || last < 0 || last >= stored)) {
      throw input.refuse(
          formatted(
              "tensor %s needs element %d of a storage of %d elements",
              Printable.quoted(name), last, stored));
    }
    float[] values = new float[(int) count];
    int[] index = new int[rank];
    for (int i = 0; i < values.length; i++) {
      long at = view.offset();
      for (int axis = 0; axis < rank; axis++) {
        at += index[axis] * view.strides().get(axis);
      }
      values[i] = view.storage().type.at(data, (int) at);
      for (int axis = rank - 1; axis >= 0 && ++index[axis] == sizes[axis]; axis--) {
        index[axis] = 0;
      }
    }
    return new ForeignTensor(name, sizes, values);
  }
}
