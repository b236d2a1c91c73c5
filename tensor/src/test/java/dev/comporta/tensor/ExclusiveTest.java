package dev.comporta.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.comporta.api.ComportaException;
import org.junit.jupiter.api.Test;

class ExclusiveTest {
  @Test
  void aSecondCallIsRefusedAndTheFirstOneGoesOn() throws InterruptedException {
    Exclusive use = new Exclusive("thing", "take another");
    Thread first = new Thread(use::enter, "first");
    first.start();
    first.join();
    assertThatThrownBy(use::enter)
        .isInstanceOf(ComportaException.class)
        .hasMessage(
            "[thing] expected one call at a time but thread '%s' called while thread 'first' was"
                    .formatted(Thread.currentThread().getName())
                + " still at work; take another");
    assertThat(use.isMine()).isFalse();
    use.leave();
    use.enter();
    assertThat(use.isMine()).isTrue();
    assertThatThrownBy(use::enter).hasMessageContaining("[thing] expected one call at a time");
    use.leave();
    assertThat(use.isMine()).isFalse();
  }
}
