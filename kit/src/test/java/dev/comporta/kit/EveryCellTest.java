package dev.comporta.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.comporta.api.catalog.Catalog;
import dev.comporta.api.catalog.Kind;
import dev.comporta.api.model.Spec;
import dev.comporta.testkit.CellSpecs;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Every cell of the catalog keeps the contract. */
@ParameterizedClass(name = "{0}")
@MethodSource("names")
@Tag("full")
class EveryCellTest extends CellContract {
  @Parameter String cell = "";

  static List<String> names() {
    return Catalog.load().names(Kind.CELL);
  }

  @Override
  protected List<Spec> specs() {
    return Stream.of(CellSpecs.all(), CellSpecs.noisy(names()))
        .flatMap(specs -> specs.values().stream())
        .filter(spec -> spec.name().equals(cell))
        .toList();
  }

  @Test
  void itHasSpecifications() {
    assertThat(specs()).hasSizeGreaterThanOrEqualTo(2);
  }
}
