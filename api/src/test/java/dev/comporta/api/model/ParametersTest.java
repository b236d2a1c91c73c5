package dev.comporta.api.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import dev.comporta.api.tensor.Shape;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Storage that is filled when it is first used. */
class ParametersTest {
  private static final List<ParameterSpec> SPECS =
      List.of(spec("a", 2, 3), spec("b"), spec("c", 4));

  private static ParameterSpec spec(String name, int... shape) {
    return new ParameterSpec(name, Shape.of(shape), Spec.of("zeros"), 1, 1);
  }

  @Test
  void deferredStorageIsFilledOnceInOrder() {
    StringBuilder filled = new StringBuilder();
    Parameters parameters =
        Parameters.deferred(
            SPECS,
            Map.of("alias", "b"),
            (parameter, values) -> {
              filled.append(parameter.name());
              for (int i = parameter.offset(); i < parameter.end(); i++) {
                values[i] = 10 * parameter.offset() + i;
              }
            });
    assertThat(parameters.count()).isEqualTo(11);
    assertThat(parameters.get("alias").offset()).isEqualTo(6);
    assertThat(filled).isEmpty();
    assertThat(parameters.copy("b")).containsExactly(66);
    assertThat(parameters.values())
        .isSameAs(parameters.values())
        .containsExactly(0, 1, 2, 3, 4, 5, 66, 77, 78, 79, 80);
    assertThat(filled).hasToString("abc");
    assertThat(parameters.version()).isZero();
    parameters.set("b", Shape.of(), new float[] {1});
    assertThat(parameters.values()[6]).isEqualTo(1);
    assertThat(parameters.version()).isEqualTo(1);
  }

  @Test
  void aFailureIsPassedOnAndTriedAgain() {
    AtomicInteger calls = new AtomicInteger();
    Parameters parameters =
        Parameters.deferred(
            SPECS,
            Map.of(),
            (parameter, values) -> {
              values[parameter.offset()] = 1;
              if (calls.incrementAndGet() == 2) {
                throw new ComportaException("damaged");
              }
            });
    assertThatThrownBy(parameters::values)
        .isInstanceOf(ComportaException.class)
        .hasMessage("damaged");
    assertThat(parameters.values()).containsExactly(1, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0);
    assertThat(calls).hasValue(5);
  }

  @Test
  void threadsWaitForTheOneThatFills() throws InterruptedException {
    AtomicInteger calls = new AtomicInteger();
    Parameters parameters =
        Parameters.deferred(
            SPECS,
            Map.of(),
            (parameter, values) -> values[parameter.offset()] = calls.addAndGet(1));
    CountDownLatch start = new CountDownLatch(1);
    AtomicReference<float[]> first = new AtomicReference<>();
    AtomicInteger same = new AtomicInteger();
    List<Thread> threads =
        IntStream.range(0, 8)
            .mapToObj(i ->
                Thread.ofPlatform()
                    .start(() -> {
                      try {
                        start.await();
                      } catch (InterruptedException e) {
                        return;
                      }
                      float[] seen = parameters.values();
                      first.compareAndSet(null, seen);
                      same.addAndGet(seen == first.get() && seen[7] == 3 ? 1 : 0);
                    }))
            .toList();
    start.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(same).hasValue(8);
    assertThat(calls).hasValue(3);
  }

  @Test
  void anOutlineHasNoStorage() {
    Parameters outline = Parameters.outline(SPECS, Map.of());
    assertThat(outline.count()).isEqualTo(11);
    assertThatThrownBy(outline::values).isInstanceOf(IllegalStateException.class);
    assertThat(new Parameters(SPECS).values()).containsOnly(0).hasSize(11);
  }
}
