package dev.comporta.api.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import dev.comporta.api.InvalidOptionException;
import dev.comporta.api.UnknownNameException;
import dev.comporta.api.tensor.Shape;
import dev.comporta.api.tensor.ShapeException;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Specifications, option readers and parameters. */
class SpecTest {
  private static void fails(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(InvalidOptionException.class).hasMessage(message);
  }

  @Test
  void equalityIgnoresTheOrderOfOptions() {
    Spec a = Spec.of("lstm").with("hidden", 128).with("rate", 0.5f);
    Spec b = Spec.of("lstm").with("rate", 0.5).with("hidden", 128L);
    assertThat(a).isEqualTo(b).hasSameHashCodeAs(b);
    assertThat(a).isNotEqualTo(a.with("hidden", 64));
    assertThat(a.options()).isUnmodifiable();
    assertThat(Spec.of("stack").with("layers", List.of(Spec.of("a"), 1)).options())
        .isEqualTo(Map.of("layers", List.of(Spec.of("a"), 1L)));
  }

  @Test
  void optionValuesMustBeData() {
    fails(
        () -> Spec.of("lstm").with("hidden", new Object()),
        "[lstm] option 'hidden' expected text, a number, true or false, a specification or a list but got Object");
  }

  @Test
  void optionsHaveDefaults() {
    OptionReader reader = Spec.of("x").reader();
    assertThat(reader.size("size", 1, 7)).isEqualTo(7);
    assertThat(reader.real("rate", 0.5, 0, 1)).isEqualTo(0.5);
    assertThat(reader.flag("bias", true)).isTrue();
    assertThat(reader.text("text", "t")).isEqualTo("t");
    assertThat(reader.choice("mode", "a", List.of("a", "b"))).isEqualTo("a");
    assertThat(reader.spec("cell", Spec.of("gru"))).isEqualTo(Spec.of("gru"));
  }

  @Test
  void optionsAreRead() {
    Spec spec =
        Spec.of("x")
            .with("size", 3)
            .with("rate", 1)
            .with("bias", false)
            .with("mode", "b")
            .with("cell", "lstm")
            .with("layers", List.of("a", Spec.of("b")));
    OptionReader reader = spec.reader();
    assertThat(reader.size("size", 1)).isEqualTo(3);
    assertThat(reader.real("rate", 0, 0, 1)).isEqualTo(1);
    assertThat(reader.flag("bias", true)).isFalse();
    assertThat(reader.choice("mode", "a", List.of("a", "b"))).isEqualTo("b");
    assertThat(reader.spec("cell")).isEqualTo(Spec.of("lstm"));
    assertThat(reader.specs("layers")).containsExactly(Spec.of("a"), Spec.of("b"));
    reader.requireAllRead();
  }

  @Test
  void wrongOptionsAreReported() {
    Spec spec = Spec.of("lstm").with("hidden", 0).with("rate", 1.5).with("bias", "yes");
    fails(
        () -> spec.reader().size("hidden", 1),
        "[lstm] option 'hidden' expected a whole number of 1 or more but got 0");
    fails(
        () -> spec.reader().size("rate", 1),
        "[lstm] option 'rate' expected a whole number of 1 or more but got 1.5");
    fails(() -> spec.reader().size("units", 1), "[lstm] expected an option 'units'");
    fails(
        () -> spec.reader().real("rate", 0, 0, 1),
        "[lstm] option 'rate' expected a number between 0.0 and 1.0 but got 1.5");
    fails(
        () -> spec.with("rate", Double.NaN).reader().real("rate", 0, 0, 1),
        "[lstm] option 'rate' expected a number between 0.0 and 1.0 but got NaN");
    fails(
        () -> spec.reader().flag("bias", true),
        "[lstm] option 'bias' expected true or false but got yes");
    fails(
        () -> spec.reader().specs("hidden"),
        "[lstm] option 'hidden' expected a list of specifications but got 0");
    assertThatThrownBy(() -> spec.reader().choice("bias", "no", List.of("no", "yes!")))
        .isInstanceOf(UnknownNameException.class)
        .hasMessage("unknown bias of lstm 'yes': expected one of no, yes!; did you mean 'yes!'?");
  }

  @Test
  void parametersAreContiguous() {
    Parameters parameters =
        new Parameters(List.of(ParameterSpec.matrix("W", 2, 3), ParameterSpec.bias("b", 3)));
    assertThat(parameters.values()).hasSize(9);
    assertThat(parameters.get("b")).isEqualTo(new Parameter("b", Shape.of(3), 6));
    assertThat(parameters.get("b").end()).isEqualTo(9);
    long version = parameters.version();
    parameters.set("b", Shape.of(3), new float[] {1, 2, 3});
    assertThat(parameters.version()).isGreaterThan(version);
    assertThat(parameters.copy("b")).containsExactly(1, 2, 3);
    assertThat(parameters.values()).endsWith(1f, 2f, 3f);
  }

  @Test
  void parametersReportErrors() {
    ParameterSpec b = ParameterSpec.bias("b", 3);
    assertThatThrownBy(() -> new Parameters(List.of(b, b)))
        .isInstanceOf(ComportaException.class)
        .hasMessage("[parameters] expected unique names but two are called 'b'");
    Parameters parameters = new Parameters(List.of(b));
    assertThatThrownBy(() -> parameters.get("c"))
        .isInstanceOf(UnknownNameException.class)
        .hasMessage("unknown parameter 'c': expected one of b; did you mean 'b'?");
    assertThatThrownBy(() -> parameters.set("b", Shape.of(4), new float[4]))
        .isInstanceOf(ShapeException.class)
        .hasMessage("[parameter b] expected [3] but got [4] with 4 values");
    List<ParameterSpec> large =
        List.of(ParameterSpec.bias("a", Integer.MAX_VALUE - 64), ParameterSpec.bias("b", 1));
    assertThatThrownBy(() -> new Parameters(large))
        .hasMessage(
            "[parameters] expected at most 2147483583 parameters, the limit of one array, but the model has more; use smaller sizes");
  }

  @Test
  void parameterSpecsCanBeModified() {
    ParameterSpec w = ParameterSpec.matrix("W", 2, 12).withFans(2, 3).prefixed("cell.");
    assertThat(w.name()).isEqualTo("cell.W");
    assertThat(w.fanOut()).isEqualTo(3);
    assertThat(w.initializedBy(Spec.of("zeros")).initializer()).isEqualTo(Spec.of("zeros"));
    assertThat(w.initializer()).isEqualTo(Spec.of("glorot-uniform"));
  }
}
