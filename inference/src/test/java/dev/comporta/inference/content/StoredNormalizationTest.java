package dev.comporta.inference.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class StoredNormalizationTest {
  @Test
  void namesInMetricsArePrintableShortAndDifferent() {
    assertThat(StoredNormalization.name("level, m")).isEqualTo("level, m");
    assertThat(StoredNormalization.name("a\\b")).isEqualTo("a\\b");
    assertThat(StoredNormalization.name("Flow\n(m3/s)")).isEqualTo("Flow\\u000a(m3/s)");
    assertThat(StoredNormalization.name("Flow\\u000a(m3/s)")).isEqualTo("Flow\\\\u000a(m3/s)");
    assertThat(
            List.of("a\\\n", "a\\\\u000a", "a\\u000a", "a\n").stream()
                .map(StoredNormalization::name)
                .toList())
        .doesNotHaveDuplicates();
    String megabyte = "😀".repeat(500_000);
    assertThat(StoredNormalization.name(megabyte)).hasSizeLessThan(900).startsWith("😀😀");
    assertThat(StoredNormalization.name(megabyte))
        .isNotEqualTo(StoredNormalization.name(megabyte + "x"));
    assertThat(StoredNormalization.name("\u0000".repeat(300))).hasSizeLessThan(900);
  }
}
