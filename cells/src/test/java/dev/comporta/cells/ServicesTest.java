package dev.comporta.cells;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor.Provides;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The module path and the class path find the same providers. */
class ServicesTest {
  @Test
  void bothListsContainTheSameProviders() throws IOException {
    Module module = RnnCell.class.getModule();
    assertThat(module.isNamed()).as("tests run in the module").isTrue();
    assertThat(module.getDescriptor().provides()).hasSizeGreaterThanOrEqualTo(2);
    for (Provides provides : module.getDescriptor().provides()) {
      String resource = "META-INF/services/" + provides.service();
      try (InputStream stream = module.getResourceAsStream(resource)) {
        assertThat(stream).as(resource).isNotNull();
        String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        assertThat(text.lines().toList())
            .as(resource)
            .containsExactlyInAnyOrderElementsOf(provides.providers());
      }
    }
  }
}
