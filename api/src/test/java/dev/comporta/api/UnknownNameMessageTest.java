package dev.comporta.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnknownNameMessageTest {
  @Test
  void messagesAboutUnknownNamesAreBounded() {
    String megabyte = "n".repeat(1_000_000);
    assertThat(new UnknownNameException("cell", megabyte, List.of("lstm", megabyte + "x")))
        .message()
        .hasSizeLessThan(400)
        .startsWith("unknown cell 'nnn");
    List<String> many = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      many.add("column " + i);
    }
    assertThat(new UnknownNameException("column", "colum 7", many))
        .message()
        .hasSizeLessThan(3000)
        .contains("and 19,900 more")
        .contains("did you mean 'column ");
  }
}
