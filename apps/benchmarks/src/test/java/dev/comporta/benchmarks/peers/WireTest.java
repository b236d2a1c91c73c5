package dev.comporta.benchmarks.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Every row of the table survives serialisation unchanged. */
class WireTest {
  @Test
  void workloads() throws IOException {
    for (Workload workload : Workloads.all()) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      Wire.writeWorkload(new DataOutputStream(bytes), workload);
      DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes.toByteArray()));
      assertThat(Wire.readWorkload(in)).isEqualTo(workload);
      assertThat(in.available()).isZero();
    }
  }
}
