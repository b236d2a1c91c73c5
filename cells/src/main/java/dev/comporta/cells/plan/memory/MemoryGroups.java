package dev.comporta.cells.plan.memory;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.tensor.Op;
import dev.comporta.api.tensor.UntraceableException;
import dev.comporta.cells.plan.trace.Node;
import dev.comporta.cells.plan.trace.PastState;
import dev.comporta.cells.plan.trace.Positions;
import dev.comporta.cells.plan.trace.StepTrace;
import dev.comporta.cells.plan.trace.Values;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Separates the values with positions from the loop's planes. They are computed by {@linkplain
 * MemoryProgram memory programs}, one row of the batch after another, each between the products
 * that it depends on and those that depend on it. The results of a program are single rows, which
 * are planes again.
 */
public final class MemoryGroups {
  private final Positions positions;
  private final Values values;
  private final MemoryMembers members;
  private final Map<MemoryMembers.Key, Group> groups = new LinkedHashMap<>();

  /** A future program and its uses. */
  public static final class Group {
    private final MemoryMembers.Key key;
    private final Set<Node> rows = new LinkedHashSet<>();
    private final Set<Node> stored = new LinkedHashSet<>();
    private final Map<Node, Node> kept = new LinkedHashMap<>();
    private final List<Sink> sinks = new ArrayList<>();
    private final Set<Group> before = new LinkedHashSet<>();
    private List<Node> planeInputs = List.of();
    private @Nullable MemoryProgram program;

    Group(MemoryMembers.Key key) {
      this.key = key;
    }

    boolean isBackward() {
      return key.backward();
    }

    MemoryMembers.Key key() {
      return key;
    }

    /** The rows that others read, in the order in which they are concatenated. */
    Set<Node> rows() {
      return Collections.unmodifiableSet(rows);
    }

    /** The values of positions that other programs or observers read. */
    Set<Node> stored() {
      return Collections.unmodifiableSet(stored);
    }

    /** The values of states of positions after the step, or their cotangents before it, by leaf. */
    Map<Node, Node> kept() {
      return Collections.unmodifiableMap(kept);
    }

    /** The contributions to gradients. */
    List<Sink> sinks() {
      return Collections.unmodifiableList(sinks);
    }

    /** The values that are read from planes, in the order of the program's operands. */
    public List<Node> planeInputs() {
      return planeInputs;
    }

    /** The programs that must run first. */
    public Set<Group> before() {
      return before;
    }

    public MemoryProgram program() {
      MemoryProgram made = program;
      if (made == null) {
        throw new IllegalStateException("no program yet");
      }
      return made;
    }
  }

  /**
   * A contribution of a group to a gradient: {@code value} itself, or {@code left^T value} if there
   * is a left operand.
   *
   * @param node the value whose gradient it is
   * @param left the left operand of a product, or null
   * @param value a cotangent with positions
   */
  record Sink(Node node, @Nullable Node left, Node value) {}

  /**
   * Groups the values of a trace.
   *
   * @param trace the step
   * @param values translates what programs read
   * @param nodes all values that its programs need, operands before results
   * @param observed the requested observed values
   * @param backward whether there is a backward program
   */
  public MemoryGroups(
      StepTrace trace,
      Values values,
      List<Node> nodes,
      Collection<Node> observed,
      boolean backward) {
    this.positions = trace.positions();
    this.values = values;
    if (positions.axes() == 0) {
      this.members = new MemoryMembers(positions, List.of(), List.of());
      return;
    }
    List<Node> results = new ArrayList<>(trace.after().values());
    results.add(trace.output());
    results.addAll(observed);
    trace.pasts().forEach(past -> results.add(past.after()));
    this.members = new MemoryMembers(positions, nodes, results);
    Set<Node> named = new HashSet<>(results);
    if (backward) {
      named.addAll(trace.stateGradients().values());
      trace.pasts().stream().map(PastState::gradient).filter(Objects::nonNull).forEach(named::add);
      trace.frontier().values().forEach(named::add);
      trace
          .products()
          .forEach(product -> {
            named.add(product.left());
            named.add(product.cotangent());
          });
    }
    for (Node node : nodes) {
      if (members.isRow(node) && (named.contains(node) || members.isReadOutside(node, backward))) {
        home(node).rows.add(node);
      }
    }
    observed.stream().filter(members::isStored).forEach(node -> home(node).stored.add(node));
    trace.pasts().forEach(past -> addPast(past, backward));
    if (backward) {
      trace.frontier().forEach(this::addSinks);
      trace.products().forEach(this::addProduct);
    }
    compile();
    List<MemoryProgram> programs = new ArrayList<>();
    of(false).forEach(group -> programs.add(group.program()));
    of(true).forEach(group -> programs.add(group.program()));
    if (PaddingProof.holds(programs, observed.stream().map(Node::id).collect(Collectors.toSet()))) {
      groups.values().forEach(group -> group.program = group.program().skippingPadding());
    }
  }

  private void addPast(PastState past, boolean backward) {
    if (!members.isStored(past.after())) {
      throw PastState.unplanned(past.name());
    }
    home(past.after()).kept.put(past.before(), past.after());
    Node gradient = past.gradient();
    if (backward && gradient != null && !past.passesCotangent()) {
      if (!members.isStored(gradient)) {
        throw PastState.unplanned(past.name());
      }
      home(gradient).kept.put(past.cotangent(), gradient);
    }
  }

  private Group home(Node node) {
    return group(members.program(node));
  }

  private Group group(MemoryMembers.Key key) {
    return groups.computeIfAbsent(key, Group::new);
  }

  // ---- gradients --------------------------------------------------------------------------------

  private void addSinks(Node node, Node cotangent) {
    if (node.isConstant() || node.leaf() == Node.Leaf.MEMORY_MASK) {
      return;
    }
    if (node.dependence() == Node.Dependence.MEMORY && positions.in(node)) {
      addTerms(node, cotangent);
    } else if (node.dependence() == Node.Dependence.SHARED) {
      addVector(node, cotangent);
    }
  }

  /** Adds the terms of a sum one by one. */
  private void addTerms(Node node, Node cotangent) {
    if (StepTrace.isSum(cotangent)
        && cotangent.operands().stream()
            .allMatch(operand -> operand.shape().equals(cotangent.shape()))) {
      cotangent.operands().forEach(operand -> addTerms(node, operand));
    } else {
      sink(new Sink(node, null, cotangent));
    }
  }

  private void addVector(Node node, Node cotangent) {
    if (StepTrace.isSum(cotangent) && !cotangent.batched()) {
      cotangent.operands().forEach(operand -> addVector(node, operand));
    } else if (isPositionSum(cotangent)) {
      sink(new Sink(node, null, cotangent.operands().getFirst()));
    }
  }

  /** Whether a cotangent of a parameter is a sum of values with positions. */
  public boolean isPositionSum(Node cotangent) {
    return cotangent.op() instanceof Op.SumTo && positions.in(cotangent.operands().getFirst());
  }

  private void addProduct(StepTrace.ProductGradient product) {
    if (positions.in(product.left())) {
      sink(new Sink(product.right(), product.left(), product.cotangent()));
    }
  }

  private void sink(Sink sink) {
    group(members.backwardProgram(sink.value())).sinks.add(sink);
  }

  // ---- programs ---------------------------------------------------------------------------------

  /**
   * Compiles the groups; dependent groups come first, because they determine what the others have
   * to provide.
   */
  private void compile() {
    Comparator<Group> order =
        Comparator.comparing((Group group) -> !group.key.backward())
            .thenComparing(group -> -group.key.level());
    Set<Group> done = new HashSet<>();
    Group next;
    do {
      next = groups.values().stream().filter(it -> !done.contains(it)).min(order).orElse(null);
      if (next != null) {
        MemoryCompiler.Result result =
            MemoryCompiler.compile(positions, values, members, next, done.size());
        next.program = result.program();
        next.planeInputs = result.planeInputs();
        result.rows().forEach(node -> home(node).rows.add(node));
        for (Node node : result.stored()) {
          Group home = home(node);
          home.stored.add(node);
          if (home.isBackward()) {
            next.before.add(home);
          }
        }
        done.add(next);
      }
    } while (next != null);
  }

  /** The groups of the forward or backward program, in order of dependency. */
  public List<Group> of(boolean backward) {
    return groups.values().stream()
        .filter(group -> group.key.backward() == backward)
        .sorted(Comparator.comparing((Group group) -> group.key.level()))
        .toList();
  }

  public boolean isMember(Node node) {
    return members.contains(node);
  }

  /** The group that computes a value. */
  public Group groupOf(Node node) {
    return home(node);
  }

  /** The column of a row in the result of its group. */
  public int offset(Node node) {
    int at = 0;
    for (Node row : home(node).rows) {
      if (row == node) {
        return at;
      }
      at += row.width();
    }
    throw new UntraceableException(
        formatted(
            "the step reads %s of shape %s from a memory in a way that plans do not cover",
            node.name(), node.shape()));
  }
}
