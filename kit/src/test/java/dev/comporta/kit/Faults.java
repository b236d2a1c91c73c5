package dev.comporta.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

/** Runs a contract on a broken provider. */
final class Faults {
  private Faults() {}

  /** The names of the tests that fail. */
  static Set<String> failing(Class<?> contract) {
    Events tests =
        EngineTestKit.engine("junit-jupiter")
            .selectors(selectClass(contract))
            .execute()
            .testEvents();
    assertThat(tests.started().count()).as("tests of %s", contract).isGreaterThan(3);
    return tests.failed().stream()
        .map(event -> method(event.getTestDescriptor()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static String method(TestDescriptor test) {
    return ((MethodSource) test.getSource().orElseThrow()).getMethodName();
  }

  /** The names of all tests of a contract. */
  static Set<String> checks(Class<?> contract) {
    return Arrays.stream(contract.getMethods())
        .filter(method ->
            method.isAnnotationPresent(Test.class)
                || method.isAnnotationPresent(ParameterizedTest.class))
        .map(java.lang.reflect.Method::getName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Each check of a contract, besides those of all providers, must have caught a fault. */
  static void requireEachCaught(Class<?> contract, Stream<String> caught) {
    Set<String> all = new TreeSet<>(checks(ProviderContract.class));
    caught.forEach(all::add);
    assertThat(all).isEqualTo(checks(contract));
  }
}
