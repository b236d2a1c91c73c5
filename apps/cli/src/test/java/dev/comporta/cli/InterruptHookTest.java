package dev.comporta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InterruptHookTest {
  @Test
  void aFailureAfterCtrlCIsNotReportedAsAStopWithACheckpoint() {
    assertThat(InterruptHook.afterInterrupt(0)).isEqualTo(130);
    assertThat(InterruptHook.afterInterrupt(130)).isEqualTo(130);
    assertThat(InterruptHook.afterInterrupt(2)).isEqualTo(2);
    assertThat(InterruptHook.afterInterrupt(1)).isEqualTo(1);
  }
}
