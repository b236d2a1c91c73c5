package dev.comporta.onnx.graph;

import static dev.comporta.api.Formatting.formatted;

import dev.comporta.api.ComportaException;
import dev.comporta.api.Printable;
import dev.comporta.onnx.operators.Body;
import dev.comporta.onnx.operators.Call;
import dev.comporta.onnx.operators.Kernel;
import dev.comporta.onnx.operators.Machine;
import dev.comporta.onnx.operators.NodeInfo;
import dev.comporta.onnx.value.OnnxException;
import dev.comporta.onnx.value.OnnxTensor;
import dev.comporta.onnx.value.OnnxValue;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A graph that is ready to run. Values have slots; those of constants are filled already. Any
 * number of threads may run it.
 */
public final class GraphPlan implements Body {
  /**
   * A node: its kernel, the slots of its inputs and outputs (-1 for absent ones), those of the
   * values that its bodies read, and those that nobody reads after it.
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared, read in every step
  record Step(
      NodeInfo node, Kernel kernel, int[] inputs, int[] captured, int[] outputs, int[] release) {
    void run(@Nullable OnnxValue[] values, Machine machine) {
      @Nullable OnnxValue[] read = new OnnxValue[inputs.length];
      for (int i = 0; i < read.length; i++) {
        read[i] = inputs[i] < 0 ? null : values[inputs[i]];
      }
      OnnxValue[] around = new OnnxValue[captured.length];
      for (int i = 0; i < around.length; i++) {
        around[i] = present(values[captured[i]]);
      }
      @Nullable OnnxValue[] results = compute(new Call(node, read, around, machine), read);
      for (int i = 0; i < outputs.length; i++) {
        if (outputs[i] >= 0) {
          OnnxValue result = i < results.length ? results[i] : null;
          if (result == null) {
            throw node.refuse(formatted("does not have the output %d", i));
          }
          values[outputs[i]] = Rounding.toType(result);
        }
      }
      for (int slot : release) {
        values[slot] = null;
      }
    }

    private OnnxValue present(@Nullable OnnxValue value) {
      if (value == null) {
        throw node.refuse("reads an optional value that is absent in a subgraph");
      }
      return value;
    }

    private @Nullable OnnxValue[] compute(Call call, @Nullable OnnxValue[] read) {
      try {
        return kernel.run(call);
      } catch (ComportaException e) {
        throw e;
      } catch (IndexOutOfBoundsException
          | ClassCastException
          | ArithmeticException
          | NegativeArraySizeException
          | IllegalArgumentException e) {
        // A kernel checks what it can name; any other failure comes from a shape or a type.
        String got =
            String.join(
                ", ",
                Arrays.stream(read).map(it -> it == null ? "nothing" : it.describe()).toList());
        throw new OnnxException(
            formatted(
                "%s cannot be computed from %s: %s",
                node.label(), Printable.quote(got), Printable.quote(e.getMessage())),
            e);
      }
    }
  }

  private final @Nullable OnnxValue[] constants;
  private final int[] inputs;
  private final int[] captures;
  private final List<String> capturedNames;
  private final int[] outputs;
  private final List<String> outputNames;
  private final Step[] steps;

  GraphPlan(
      @Nullable OnnxValue[] constants,
      int[] inputs,
      int[] captures,
      List<String> capturedNames,
      int[] outputs,
      List<String> outputNames,
      List<Step> steps) {
    this.constants = constants;
    this.inputs = inputs;
    this.captures = captures;
    this.capturedNames = List.copyOf(capturedNames);
    this.outputs = outputs;
    this.outputNames = List.copyOf(outputNames);
    this.steps = steps.toArray(Step[]::new);
  }

  @Override
  public int inputs() {
    return inputs.length;
  }

  @Override
  public int outputs() {
    return outputs.length;
  }

  @Override
  public int captures() {
    return captures.length;
  }

  /** The nodes in the order in which they run. */
  List<Step> steps() {
    return List.of(steps);
  }

  /** The slot of an input. */
  int inputSlot(int input) {
    return inputs[input];
  }

  /** The slot of an output; -1 if there is none. */
  int outputSlot(int output) {
    return output < outputs.length ? outputs[output] : -1;
  }

  /** The tensor in a slot if it is a constant. */
  @Nullable OnnxTensor constant(int slot) {
    return constants[slot] instanceof OnnxTensor tensor ? tensor : null;
  }

  /** The names of the values of surrounding graphs that it reads. */
  List<String> capturedNames() {
    return capturedNames;
  }

  /** The number of nodes that run, those of subgraphs not counted. */
  public int nodes() {
    return steps.length;
  }

  @Override
  public OnnxValue[] run(@Nullable OnnxValue[] given, OnnxValue[] captured, Machine machine) {
    @Nullable OnnxValue[] values = constants.clone();
    for (int i = 0; i < inputs.length; i++) {
      values[inputs[i]] = i < given.length ? given[i] : null;
    }
    for (int i = 0; i < captures.length; i++) {
      values[captures[i]] = captured[i];
    }
    for (Step step : steps) {
      step.run(values, machine);
    }
    OnnxValue[] results = new OnnxValue[outputs.length];
    for (int i = 0; i < results.length; i++) {
      OnnxValue value = values[outputs[i]];
      if (value == null) {
        throw new OnnxException(
            formatted(
                "the output %s of the graph was not computed; it is an input that was not given",
                Printable.quoted(outputNames.get(i))));
      }
      results[i] = value;
    }
    return results;
  }
}
