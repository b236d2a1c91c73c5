package dev.comporta.cells.model;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.cell.CellState;
import dev.comporta.api.layer.Layer;
import dev.comporta.api.layer.Sequence;
import dev.comporta.api.tensor.Tensor;
import dev.comporta.api.tensor.Workers;
import dev.comporta.tensor.Tape;
import dev.comporta.tensor.TapeTensor;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A layer on the tape, by plan or by definition: outputs {@code y} and {@code carry.NAME}, and the
 * gradients of their product with given cotangents with respect to all inputs.
 */
record TapeRun(Map<String, float[]> outputs, Map<String, float[]> gradients) {
  static final String Y = "y";

  static TapeRun of(
      Problem problem, String backend, Execution execution, Map<String, float[]> cotangents) {
    return of(problem, backend, Unroller.of(execution), cotangents);
  }

  static TapeRun of(
      Problem problem, String backend, Unroller unroller, Map<String, float[]> cotangents) {
    Tape tape = new Tape(Catalog.load().backend(backend), Workers.ALONE);
    Map<String, TapeTensor> in = new LinkedHashMap<>();
    problem
        .values()
        .forEach((name, data) -> in.put(name, tape.variable(problem.shape(name), data)));
    Layer.Output output = forward(problem, tape, unroller, in);

    Map<String, TapeTensor> out = new LinkedHashMap<>();
    out.put(Y, (TapeTensor) output.sequence().values());
    output.carry().parts().forEach((name, part) -> out.put(Problem.carry(name), (TapeTensor) part));
    Map<String, float[]> outputs = new LinkedHashMap<>();
    out.forEach((name, tensor) -> outputs.put(name, tensor.toArray()));

    cotangents.forEach((name, cotangent) -> {
      TapeTensor result = out.get(name);
      tape.accumulate(result, tape.constant(result.shape(), cotangent, 0));
    });
    tape.walkBack();
    Map<String, float[]> gradients = new LinkedHashMap<>();
    in.forEach((name, tensor) -> {
      TapeTensor gradient = tensor.gradient();
      gradients.put(
          name, gradient == null ? new float[tensor.shape().count()] : gradient.toArray());
    });
    return new TapeRun(outputs, gradients);
  }

  private static Layer.Output forward(
      Problem problem, Tape tape, Unroller unroller, Map<String, TapeTensor> in) {
    Map<String, Tensor> parameters = new LinkedHashMap<>();
    problem.layer().parameters().forEach(spec -> parameters.put(spec.name(), in.get(spec.name())));
    Map<String, Tensor> carry = new LinkedHashMap<>();
    problem
        .layer()
        .carry()
        .forEach(part -> carry.put(part.name(), in.get(Problem.carry(part.name()))));
    RunContext context =
        new RunContext(tape, unroller, parameters, problem.training(), problem.random());
    Sequence input = Sequence.of(in.get(Problem.X), problem.lengths());
    return problem.layer().forward(input, CellState.of(carry), context);
  }
}
