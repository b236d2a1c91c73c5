package dev.comporta.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Two files of 125 sentences of three words, each the other's words in turned order. */
record TurnedPairs(Path source, Path target) {
  static TurnedPairs write(Path folder) throws IOException {
    StringBuilder sources = new StringBuilder();
    StringBuilder targets = new StringBuilder();
    String[] words = {"ein", "hund", "zwei", "katze", "rot"};
    String[] meanings = {"a", "dog", "two", "cat", "red"};
    for (int i = 0; i < 125; i++) {
      int[] choice = {i % 5, i / 5 % 5, i / 25};
      sources.append("%s %s %s%n".formatted(words[choice[0]], words[choice[1]], words[choice[2]]));
      targets.append(
          "%s %s %s%n".formatted(meanings[choice[2]], meanings[choice[1]], meanings[choice[0]]));
    }
    return new TurnedPairs(
        Files.writeString(folder.resolve("source.txt"), sources),
        Files.writeString(folder.resolve("target.txt"), targets));
  }
}
